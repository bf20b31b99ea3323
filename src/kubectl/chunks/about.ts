/** Fills the chunk of commands about the client, the server and its users. */
import { ABOUT } from '../tree.ts';
import { apiResources, apiVersions } from '../verbs/api-resources.ts';
import { config } from '../verbs/config.ts';
import { clusterInfo, version } from '../verbs/version.ts';

ABOUT.value = [version, clusterInfo, apiResources, apiVersions, config];
