const TOKEN = /"(?:\\.|[^"\\])*"|[{}[\],:]|[^\s{}[\],:"]+/g;

/** JSON as `JSON.stringify(value, null, 2)` writes it, with all digits of its numbers; not read, as they would be lost. */
export function indentedJson(json: string): string {
  let text = '';
  let depth = 0;
  let before = '';
  for (const token of json.match(TOKEN) ?? []) {
    const isEnd = token === '}' || token === ']';
    if (isEnd) depth -= 1;
    const isEmpty = isEnd && (before === '{' || before === '[');
    const beginsLine = isEnd || before === ',' || before === '{' || before === '[';
    if (beginsLine && !isEmpty) text += `\n${'  '.repeat(depth)}`;
    if (token === '{' || token === '[') depth += 1;
    text += token === ':' ? ': ' : token;
    before = token;
  }
  return text;
}
