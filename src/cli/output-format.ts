import { InvalidArgumentError, Option } from 'commander';

/** Cargo Lambda's spelling of `--output`, in any case of letters as there. */
export function outputFormatOption(): Option {
  return new Option('-o, --output-format <format>', 'the same as --output').argParser(formatFrom).hideHelp();
}

function formatFrom(written: string): 'text' | 'json' {
  const format = written.toLowerCase();
  if (format === 'text' || format === 'json') return format;
  throw new InvalidArgumentError('It is text or json.');
}
