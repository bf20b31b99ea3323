/** A text editor (CodeMirror 6) in a shadow root, where its styles are constructed sheets and pass a strict CSP. Fetched when first used. */
import { defaultKeymap, history, historyKeymap, indentLess, insertTab } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import { HighlightStyle, indentUnit, syntaxHighlighting } from '@codemirror/language';
import { linter, lintGutter, type Diagnostic } from '@codemirror/lint';
import { Compartment, EditorState } from '@codemirror/state';
import { EditorView, drawSelection, highlightActiveLine, highlightSpecialChars, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import type { Problem } from '../../lab/protocol.ts';

export interface EditorOptions {
  readonly place: HTMLElement;
  readonly label: string;
  changed(): void;
  save(): void;
  /** What is wrong with a manifest; asked when typing pauses. */
  readonly check?: (text: string) => Promise<readonly Problem[]>;
}

export interface Editor {
  set(text: string, path: string): void;
  text(): string;
  focus(): void;
}

const look = EditorView.theme({
  '&': { height: '100%', backgroundColor: 'var(--sheet)', color: 'var(--ink)', fontSize: '13px' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--code)', lineHeight: '1.6' },
  '.cm-content': { caretColor: 'var(--ink)', paddingBlock: '0.6rem' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)', borderLeftWidth: '2px' },
  '.cm-gutters': { backgroundColor: 'transparent', color: 'var(--muted)', border: '0' },
  '.cm-activeLine': { backgroundColor: 'color-mix(in oklab, var(--accent) 5%, transparent)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'color-mix(in oklab, var(--accent) 24%, transparent)',
  },
  '.cm-specialChar': { color: 'var(--failing-ink)', outline: '1px solid' },
  '.cm-tooltip': {
    backgroundColor: 'var(--sheet)',
    color: 'var(--ink)',
    border: '1px solid var(--edge)',
    fontFamily: 'var(--text)',
    fontSize: '13px',
    lineHeight: '1.5',
    maxWidth: '30rem',
  },
  '.cm-diagnostic': { padding: '0.4rem 0.7rem', borderLeft: '3px solid var(--failing)', whiteSpace: 'pre-wrap' },
  '.cm-diagnostic-warning': { borderLeftColor: 'var(--waiting)' },
  '.cm-lintRange-error': { backgroundImage: 'none', textDecoration: 'underline wavy var(--failing) 1px', textUnderlineOffset: '3px' },
  '.cm-lintRange-warning': { backgroundImage: 'none', textDecoration: 'underline wavy var(--waiting) 1px', textUnderlineOffset: '3px' },
  '.cm-lint-marker': { content: '"●"', width: '0.7em' },
  '.cm-lint-marker-error': { content: '"✕"', color: 'var(--failing-ink)' },
  '.cm-lint-marker-warning': { content: '"▲"', color: 'var(--waiting-ink)' },
  '.cm-tab': { background: 'repeating-linear-gradient(90deg, var(--failing) 0 2px, transparent 2px 6px) left 55% / 100% 1px no-repeat' },
});

const colours = HighlightStyle.define([
  { tag: [tags.definition(tags.propertyName), tags.propertyName], color: 'var(--accent)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--running-ink)' },
  { tag: [tags.number, tags.bool, tags.null, tags.keyword], color: 'var(--unknown-ink)' },
  { tag: [tags.comment, tags.lineComment, tags.punctuation, tags.separator, tags.meta], color: 'var(--muted)' },
]);

/** Opens an editor in `place`. */
export function openEditor(options: EditorOptions): Editor {
  const { place, check } = options;
  const root = place.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(':host{display:block;min-height:0}.cm-editor{height:100%}');
  root.adoptedStyleSheets = [sheet];
  const language = new Compartment();
  let isManifest = false;

  const diagnose = async (view: EditorView): Promise<Diagnostic[]> => {
    const { doc } = view.state;
    const problems = isManifest ? await check!(doc.toString()) : [];
    return problems.map(({ line, column, message, severity }) => {
      const at = doc.line(Math.max(1, Math.min(line, doc.lines)));
      const from = Math.min(at.from + Math.max(0, column - 1), at.to);
      const word = /^[^\s:]+/.exec(doc.sliceString(from, at.to))?.[0].length ?? 0;
      return { from, to: word ? from + word : at.to, message, severity };
    });
  };

  const extensions = [
    lineNumbers(),
    history(),
    drawSelection(),
    highlightActiveLine(),
    highlightSpecialChars(),
    EditorState.tabSize.of(8),
    indentUnit.of('  '),
    language.of([]),
    syntaxHighlighting(colours),
    look,
    EditorView.contentAttributes.of({ 'aria-label': options.label, spellcheck: 'false' }),
    EditorView.updateListener.of((update) => update.docChanged && options.changed()),
    keymap.of([
      { key: 'Mod-s', run: () => (options.save(), true), preventDefault: true },
      {
        key: 'Tab',
        run: (view) => (view.state.selection.main.empty ? (view.dispatch(view.state.replaceSelection('  ')), true) : insertTab(view)),
        shift: indentLess,
      },
      ...defaultKeymap,
      ...historyKeymap,
    ]),
    ...(check ? [linter(diagnose, { delay: 350 }), lintGutter()] : []),
  ];
  const view = new EditorView({ root, parent: root, state: EditorState.create({ extensions }) });
  return {
    set(text, path) {
      isManifest = /\.ya?ml$/.test(path);
      view.setState(EditorState.create({ doc: text, extensions }));
      view.dispatch({ effects: language.reconfigure(/\.(ya?ml|json)$/.test(path) ? yaml() : []) });
    },
    text: () => view.state.doc.toString(),
    focus: () => view.focus(),
  };
}
