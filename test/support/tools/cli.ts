import { main } from '../../../cli/main.ts';

/** The result of a command line. */
export interface CliResult {
  code: number;
  out: string;
  err: string;
}

/** Runs a command line in this process. */
export async function cli(...args: string[]): Promise<CliResult> {
  const [out, err]: [string[], string[]] = [[], []];
  const terminal = {
    out: (line: string) => out.push(line),
    err: (line: string) => err.push(line),
    colour: false,
  };
  const code = await main(args, terminal);
  return { code, out: out.join('\n'), err: err.join('\n') };
}
