/**
 * kubectl create deployment.
 */
import type { Kubectl } from '../../command.ts';
import { CliError } from '../../errors.ts';
import { generator, type Made } from './object.ts';

/** Words after the name: the command to run. */
export const command = (k: Kubectl): { command?: readonly string[] } => (k.args.length > 1 ? { command: k.args.slice(1) } : {});

/** A container's name from its image: `registry/web_app:1` is `web-app-` and five letters. */
function imageName(k: Kubectl, image: string): string {
  const name = image.split('/').at(-1)!.split(':')[0]!.split('@')[0]!;
  return /[_.]/.test(name) ? `${name.replace(/[_.]/g, '-')}-${k.p.random.letters(5)}` : name;
}

export const deployment = generator({
  name: 'deployment', use: 'NAME --image=image -- [COMMAND] [args...]', aliases: ['deploy'], resource: 'deployments', failed: 'deployment:',
  flags: ['image=[]!', 'port=-1:int32', 'r replicas=1:int32'],
  *make(k, name, meta) {
    const images = k.flags.list('image');
    if (images.length > 1 && k.args.length > 1) throw new CliError('cannot specify multiple --image options and command');
    const labels = { app: name };
    const port = k.flags.number('port');
    const containers = images.map((image, i) => {
      const { command: words } = command(k);
      return { name: imageName(k, image), image, ...(words && { command: words }), ...(i === 0 && port >= 0 && { ports: [{ containerPort: port }] }), resources: {} };
    });
    return {
      kind: 'Deployment', apiVersion: 'apps/v1', metadata: meta({ labels }),
      spec: { replicas: k.flags.number('replicas'), selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } }, strategy: {} },
      status: {},
    } as Made;
  },
});
