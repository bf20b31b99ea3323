/** Fills the chunk of printers that are seldom asked for. */
import { goTemplate } from '../print/go-template.ts';
import { kyaml } from '../print/kyaml.ts';
import { LATE_PRINTERS } from '../print/printer.ts';

LATE_PRINTERS.value = { goTemplate, kyaml };
