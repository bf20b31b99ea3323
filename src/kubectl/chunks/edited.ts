/** Fills the chunk of `kubectl create --edit`. */
import { CREATE_EDITED } from '../late.ts';
import { createEdited } from '../verbs/create/edited.ts';

CREATE_EDITED.value = createEdited;
