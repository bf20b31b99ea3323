/** Prompts: the backslash sequences of PS1, PS2 and PS4. */
import { civil, digits, MONTHS, WEEKDAYS } from '../../sim/date.ts';
import type { Shell } from './shell.ts';

/** Where a part of a prompt begins and ends that takes no room on the screen, as readline marks it. */
export const INVISIBLE = ['\x01', '\x02'] as const;

/** A prompt with its backslash sequences replaced; `$` in it is still to be expanded. */
export function decodePrompt(sh: Shell, text: string): string {
  const { p } = sh;
  const folder = (): string => {
    const home = sh.vars.get('HOME') ?? p.user.home;
    return p.cwd === home ? '~' : home !== '/' && p.cwd.startsWith(`${home}/`) ? `~${p.cwd.slice(home.length)}` : p.cwd;
  };
  const plain = (value: string): string => value.replace(/[\\$`]/g, '\\$&');
  return text.replace(/\\(?:([0-7]{3})|(.))/gs, (whole, octal: string | undefined, char: string) => {
    if (octal) return String.fromCharCode(parseInt(octal, 8));
    const now = civil(p.date);
    switch (char) {
      case 'u': return p.user.name;
      case 'h': return p.machine.hostname.split('.')[0]!;
      case 'H': return p.machine.hostname;
      case 'w': return plain(folder());
      case 'W': return plain(folder() === '~' ? '~' : p.cwd === '/' ? '/' : p.cwd.split('/').at(-1)!);
      case '$': return p.user.uid === 0 ? '#' : '$';
      case '[': return INVISIBLE[0];
      case ']': return INVISIBLE[1];
      case 'n': return '\n';
      case 'r': return '\r';
      case 'e': return '\x1b';
      case 'a': return '\x07';
      case '\\': return '\\\\';
      case 's': return sh.name.split('/').at(-1)!;
      case 'v': return '5.2';
      case 'V': return '5.2.37';
      case 'j': return String(sh.jobs.list.length);
      case '!': return String(sh.history.lines.length + 1);
      case '#': return String(sh.typed);
      case 't': return `${digits(now.hour)}:${digits(now.minute)}:${digits(now.second)}`;
      case 'A': return `${digits(now.hour)}:${digits(now.minute)}`;
      case 'T': return `${digits(now.hour % 12 || 12)}:${digits(now.minute)}:${digits(now.second)}`;
      case '@': return `${digits(now.hour % 12 || 12)}:${digits(now.minute)} ${now.hour < 12 ? 'AM' : 'PM'}`;
      case 'd': return `${WEEKDAYS[now.weekday]} ${MONTHS[now.month - 1]} ${digits(now.day)}`;
      default: return whole;
    }
  });
}
