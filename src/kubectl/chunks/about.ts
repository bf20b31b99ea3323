/** Fills the chunk of commands about the client, the server and its users. */
import { ABOUT } from '../late.ts';
import { apiResources, apiVersions } from '../verbs/api-resources.ts';
import { auth } from '../verbs/auth.ts';
import { certificate } from '../verbs/certificate.ts';
import { config } from '../verbs/config.ts';
import { events } from '../verbs/events.ts';
import { kuberc, options, plugin } from '../verbs/plugin.ts';
import { top } from '../verbs/top.ts';
import { clusterInfo, version } from '../verbs/version.ts';

ABOUT.value = [version, clusterInfo, apiResources, apiVersions, auth, certificate, config, events, kuberc, options, plugin, top];
