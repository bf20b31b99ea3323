/** Loads every late piece of kubectl at once: for Node, where waiting for a chunk makes no sense. */
import './chunks/about.ts';
import './chunks/change.ts';
import './chunks/completion.ts';
import './chunks/create.ts';
import './chunks/describe.ts';
import './chunks/edited.ts';
import './chunks/explain.ts';
import './chunks/help.ts';
import './chunks/kustomize.ts';
import './chunks/nodes.ts';
import './chunks/printers.ts';
import './chunks/run-attached.ts';
import './chunks/streams.ts';
