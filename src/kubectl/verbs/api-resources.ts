/**
 * kubectl api-resources and api-versions: what the server serves.
 * Stands for k8s.io/kubectl/pkg/cmd/apiresources.
 */
import type { KubeObject } from '../../kube/api/wire.ts';
import type { Verb } from '../command.ts';
import { groupResource, groupVersion, type Resource } from '../discovery.ts';
import { CliError } from '../errors.ts';
import { flags } from '../flags.ts';
import { compare } from '../go.ts';
import { dataPrinter, noPrinter } from '../print/printer.ts';
import { Tabs } from '../print/tabs.ts';

const FORMATS = ['json', 'kyaml', 'name', 'wide', 'yaml'];
const HEAD = ['NAME', 'SHORTNAMES', 'APIVERSION', 'NAMESPACED', 'KIND'];

function order(by: string): (a: Resource, b: Resource) => number {
  const key = (r: Resource): string => (by === 'name' ? r.name : by === 'kind' ? r.kind : r.group === '' ? '' : r.group);
  return (a, b) => compare(key(a), key(b)) || compare(a.name, b.name);
}

export const apiResources: Verb = {
  name: 'api-resources',
  use: '[flags]',
  flags: flags("api-group=''", 'cached=false', 'categories=[]', 'namespaced=true', 'no-headers=false', "o output=''", 'show-managed-fields=false', "sort-by=''", 'verbs=[]'),
  complete: 'none',
  *run(k) {
    const { flags: f, args } = k;
    if (args.length) throw k.usage(`unexpected arguments: [${args.join(' ')}]`);
    const format = f.text('output');
    if (format && !FORMATS.includes(format)) throw noPrinter(format, FORMATS);
    const by = f.text('sort-by');
    if (by && by !== 'name' && by !== 'kind') throw new CliError('--sort-by accepts only name or kind');
    if (!f.on('cached')) k.discovery.invalidate();
    const seen = new Set<string>();
    const found = (yield* k.discovery.resources()).filter((r) => {
      const name = groupResource({ group: r.group, resource: r.name });
      if (seen.has(name) || !r.verbs.length) return false;
      seen.add(name);
      if (f.changed('api-group') && r.group !== f.text('api-group')) return false;
      if (f.changed('namespaced') && r.namespaced !== f.on('namespaced')) return false;
      return f.list('verbs').every((verb) => r.verbs.includes(verb)) && f.list('categories').every((category) => r.categories.includes(category));
    });
    if (!found.length) throw new CliError('no matching resources found');
    const sorted = [...found].sort(order(by));
    if (format === 'name') {
      for (const r of sorted) k.out(`${groupResource({ group: r.group, resource: r.name })}\n`);
      return;
    }
    const data = yield* dataPrinter(k, format, true);
    if (data) {
      const resources = sorted.map((r) => ({
        name: r.name, singularName: r.singular, namespaced: r.namespaced, ...(r.group && { group: r.group }), version: r.version, kind: r.kind, verbs: r.verbs, ...(r.shortNames.length && { shortNames: r.shortNames }), ...(r.categories.length && { categories: r.categories }),
      }));
      return k.out(data.print({ kind: 'APIResourceList', apiVersion: 'v1', groupVersion: '', resources } as unknown as KubeObject));
    }
    const tabs = new Tabs();
    const wide = format === 'wide';
    if (!f.on('no-headers')) tabs.write(`${[...HEAD, ...(wide ? ['VERBS', 'CATEGORIES'] : [])].join('\t')}\n`);
    for (const r of sorted) {
      const cells = [r.name, r.shortNames.join(','), groupVersion(r), String(r.namespaced), r.kind, ...(wide ? [[...r.verbs].join(','), r.categories.join(',')] : [])];
      tabs.write(`${cells.join('\t')}\n`);
    }
    k.out(tabs.flush());
  },
};

export const apiVersions: Verb = {
  name: 'api-versions',
  use: '',
  complete: 'none',
  *run(k) {
    if (k.args.length) throw k.usage(`unexpected arguments: [${k.args.join(' ')}]`);
    k.discovery.invalidate();
    const all = (yield* k.discovery.groups()).flatMap((group) => group.versions.map(({ version }) => groupVersion({ group: group.name, version })));
    k.out([...all].sort(compare).map((one) => `${one}\n`).join(''));
  },
};
