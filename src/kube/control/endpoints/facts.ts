/**
 * What a controller has worked out about the Pods of its Services, kept as long as Pod and Service stay as they are.
 * Stands for nothing in Kubernetes, which works it out anew each time.
 */
import type { Pod, Service } from '../../kinds/types.ts';

export class Facts<F> {
  private readonly make: (pod: Pod, service: Service) => F;
  private readonly known = new Map<string, { readonly service: Service; readonly pods: WeakMap<Pod, F> }>();

  constructor(make: (pod: Pod, service: Service) => F) {
    this.make = make;
  }

  /** The facts about the Pods of the Service with this key. */
  of(key: string, service: Service, pods: readonly Pod[]): readonly F[] {
    let known = this.known.get(key);
    if (known?.service !== service) this.known.set(key, (known = { service, pods: new WeakMap() }));
    return pods.map((pod) => {
      let fact = known.pods.get(pod);
      if (!fact) known.pods.set(pod, (fact = this.make(pod, service)));
      return fact;
    });
  }

  forget(key: string): void {
    this.known.delete(key);
  }

  /** Forgets everything, because something else has changed. */
  clear(): void {
    this.known.clear();
  }
}
