/**
 * kubectl completion, and the hidden commands that the scripts ask: what could the word be that is being typed?
 * Stands for k8s.io/kubectl/pkg/cmd/completion and cobra's __complete.
 * Unlike Kubernetes: the scripts are short ones of our own; in bash, words are not put together again around `:` and `=`.
 */
import type { Verb } from '../command.ts';
import { complete } from '../complete.ts';
import { quote } from '../go.ts';

const SCRIPTS: Readonly<Record<string, string>> = {
  bash: `# Completes kubectl in bash: asks kubectl itself what the word could be.
__start_kubectl() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      :*) ;;
      *) COMPREPLY+=("$line") ;;
    esac
  done < <(kubectl __completeNoDesc "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  if [ "\${#COMPREPLY[@]}" -eq 1 ]; then
    case \${COMPREPLY[0]} in
      *[=/]) compopt -o nospace ;;
    esac
  fi
}
complete -o default -F __start_kubectl kubectl
`,
  zsh: `#compdef kubectl
# Completes kubectl in zsh: asks kubectl itself what the word could be.
_kubectl() {
  local -a found
  found=("\${(@f)$(kubectl __completeNoDesc "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  compadd -- \${found:#:*}
}
compdef _kubectl kubectl
`,
  fish: `# Completes kubectl in fish: asks kubectl itself what the word could be.
function __kubectl_words
  set -l words (commandline -opc) (commandline -ct)
  kubectl __completeNoDesc $words[2..-1] 2>/dev/null | string match -v ':*'
end
complete -c kubectl -f -a '(__kubectl_words)'
`,
  powershell: `# Completes kubectl in PowerShell: asks kubectl itself what the word could be.
Register-ArgumentCompleter -Native -CommandName kubectl -ScriptBlock {
  param($word, $ast, $cursor)
  $words = @($ast.CommandElements | Select-Object -Skip 1 | ForEach-Object { "$_" })
  if ($word -eq '') { $words += '""' }
  kubectl __completeNoDesc @words 2>$null | Where-Object { $_ -notlike ':*' }
}
`,
};

export const completion: Verb = {
  name: 'completion',
  use: 'SHELL',
  *complete(_, words) {
    return words.length > 1 ? [] : Object.keys(SCRIPTS).filter((shell) => shell.startsWith(words[0]!)).map((text) => ({ text }));
  },
  *run(k) {
    const [shell, ...more] = k.args;
    if (shell === undefined) throw k.usage('Shell not specified.');
    if (more.length) throw k.usage('Too many arguments. Expected only the shell type.');
    if (!Object.hasOwn(SCRIPTS, shell)) throw k.usage(`Unsupported shell type ${quote(shell)}.`);
    k.out(SCRIPTS[shell]!);
  },
};

/** No files instead: what cobra calls a directive, behind the words. */
const NO_FILES = 4;
const FILES = 0;

const asked = (name: string): Verb => ({
  name,
  use: '[command-line]',
  hidden: true,
  raw: true,
  *run(k) {
    const found = yield* complete(['kubectl', ...(k.args.length ? k.args : [''])], k.p);
    k.out(`${(found ?? []).map(({ text }) => `${text}\n`).join('')}:${found ? NO_FILES : FILES}\n`);
  },
});

export const completing = asked('__complete');
export const completingWords = asked('__completeNoDesc');
