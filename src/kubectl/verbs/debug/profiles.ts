/**
 * The profiles of kubectl debug: what a debug container may do, and what a copied Pod keeps.
 * Stands for profiles.go of k8s.io/kubectl/pkg/cmd/debug.
 */
import type { Flags } from '../../flags.ts';
import type { Container, Pod } from '../../pods/containers.ts';

/** A container beside others, a copy of a Pod, or a Pod of its own on a node. */
export type Style = 'ephemeral' | 'copy' | 'node';

interface SecurityContext {
  readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] };
  readonly [field: string]: unknown;
}

/** What a profile does: to the container's security context, and to a Pod on a node. */
interface Profile {
  /** undefined: none at all. */
  secure?(context: SecurityContext | undefined, style: Style): SecurityContext | undefined;
  readonly hostRoot?: true;
  readonly hostNamespaces?: true;
}

const add = (context: SecurityContext | undefined, ...names: readonly string[]): SecurityContext => ({ ...context, capabilities: { ...context?.capabilities, add: [...(context?.capabilities?.add ?? []), ...names] } });

const KINDS: Readonly<Record<string, Profile>> = {
  legacy: { hostRoot: true, hostNamespaces: true },
  general: { secure: (context, style) => (style === 'node' ? undefined : add(context, 'SYS_PTRACE')), hostRoot: true, hostNamespaces: true },
  baseline: { secure: () => undefined },
  restricted: { secure: () => ({ capabilities: { drop: ['ALL'] }, runAsNonRoot: true, allowPrivilegeEscalation: false, seccompProfile: { type: 'RuntimeDefault' } }) },
  netadmin: { secure: (context) => add(context, 'NET_ADMIN', 'NET_RAW'), hostNamespaces: true },
  sysadmin: { secure: (context) => ({ ...context, privileged: true }), hostRoot: true, hostNamespaces: true },
};

export const PROFILES: readonly string[] = Object.keys(KINDS);

/** Changes the first container of that name. */
function withContainer(pod: Pod, name: string, change: (container: Container) => Container): Pod {
  for (const group of ['initContainers', 'containers', 'ephemeralContainers']) {
    const list = (pod.spec[group] ?? []) as readonly Container[];
    const at = list.findIndex((c) => c.name === name);
    if (at >= 0) return { ...pod, spec: { ...pod.spec, [group]: list.map((c, i) => (i === at ? change(c) : c)) } };
  }
  return pod;
}

/** What a copy does not keep. */
function trimmed(flags: Flags, pod: Pod, legacy: boolean): Pod {
  const { labels, annotations, ...metadata } = pod.metadata;
  const kept = { ...metadata, ...(labels && !legacy && flags.on('keep-labels') && { labels }), ...(annotations && (legacy || flags.on('keep-annotations')) && { annotations }) };
  if (legacy) return { ...pod, metadata: kept };
  const { initContainers, ...spec } = pod.spec;
  const containers = spec.containers.map((container) => Object.fromEntries(Object.entries(container).filter(([field]) => !['liveness', 'readiness', 'startup'].some((probe) => field === `${probe}Probe` && !flags.on(`keep-${probe}`)))) as unknown as Container);
  return { ...pod, metadata: kept, spec: { ...spec, ...(initContainers && flags.on('keep-init-containers') && { initContainers }), containers, shareProcessNamespace: spec['shareProcessNamespace'] ?? true } };
}

/** The Pod as the profile in the flags wants it. */
export function applyProfile(flags: Flags, given: Pod, name: string, style: Style): Pod {
  const which = flags.text('profile');
  const profile = KINDS[which]!;
  let pod = given;
  if (profile.secure) {
    pod = withContainer(pod, name, ({ securityContext, ...rest }) => {
      const context = profile.secure!(securityContext as SecurityContext | undefined, style);
      return { ...rest, name: rest.name, ...(context && { securityContext: context }) };
    });
  }
  if (style === 'copy') return trimmed(flags, pod, which === 'legacy');
  if (style !== 'node') return pod;
  if (profile.hostRoot) {
    pod = { ...pod, spec: { ...pod.spec, volumes: [...((pod.spec['volumes'] ?? []) as readonly unknown[]), { name: 'host-root', hostPath: { path: '/' } }] } };
    pod = withContainer(pod, name, (c) => ({ ...c, volumeMounts: [...((c['volumeMounts'] ?? []) as readonly unknown[]), { mountPath: '/host', name: 'host-root' }] }));
  }
  return profile.hostNamespaces ? { ...pod, spec: { ...pod.spec, hostNetwork: true, hostPID: true, hostIPC: true } } : pod;
}
