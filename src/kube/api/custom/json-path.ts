/**
 * The JSONPath of printer columns and selectable fields: `.spec.image`, `.status.conditions[?(@.type=="Ready")].status`, `.spec.list[*].name`.
 * Stands for k8s.io/client-go/util/jsonpath without its templates.
 */

type Step = { readonly key: string } | { readonly index: number } | { readonly all: true } | { readonly path: readonly Step[]; readonly operator: string; readonly value: unknown };

const TOKEN = /\.?(?:([^.[\]\\]+(?:\\.[^.[\]\\]*)*)|\[(\d+)\]|\[(\*)\]|\['([^']*)'\]|\[\?\(@([^=!<>)]+?)\s*(==|!=)\s*("[^"]*"|'[^']*'|[^)]+)\)\])/y;

const read = new Map<string, readonly Step[] | undefined>();

/** The steps of a path; undefined when it cannot be read. */
export function parsePath(text: string): readonly Step[] | undefined {
  if (!read.has(text)) read.set(text, parse(text));
  return read.get(text);
}

function parse(text: string): readonly Step[] | undefined {
  const out: Step[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const m = TOKEN.exec(text);
    if (!m) return undefined;
    const end = TOKEN.lastIndex;
    if (m[1] !== undefined) out.push(m[1] === '*' ? { all: true } : { key: m[1].replaceAll('\\.', '.') });
    else if (m[2] !== undefined) out.push({ index: Number(m[2]) });
    else if (m[3] !== undefined) out.push({ all: true });
    else if (m[4] !== undefined) out.push({ key: m[4] });
    else {
      const path = parse(m[5]!);
      if (!path) return undefined;
      const literal = m[7]!.trim();
      out.push({ path, operator: m[6]!, value: /^["']/.test(literal) ? literal.slice(1, -1) : (JSON.parse(literal) as unknown) });
    }
    TOKEN.lastIndex = end;
  }
  return out;
}

/** Everything that a path finds. */
export function find(value: unknown, steps: readonly Step[]): readonly unknown[] {
  let found: unknown[] = [value];
  for (const step of steps) {
    const next: unknown[] = [];
    for (const at of found) {
      if (typeof at !== 'object' || at === null) continue;
      if ('key' in step) {
        if (!Array.isArray(at) && Object.hasOwn(at, step.key)) next.push((at as Record<string, unknown>)[step.key]);
      } else if ('index' in step) {
        if (Array.isArray(at) && step.index < at.length) next.push(at[step.index]);
      } else if ('all' in step) next.push(...(Array.isArray(at) ? (at as unknown[]) : Object.values(at)));
      else if (Array.isArray(at)) next.push(...at.filter((item) => (find(item, step.path)[0] === step.value) === (step.operator === '==')));
    }
    found = next;
  }
  return found;
}
