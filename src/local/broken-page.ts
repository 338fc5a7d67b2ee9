/** What a browser shows while the function does not compile; it looks again by itself. */
export function brokenPage(text: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="2">
<title>The function does not compile</title>
<style>
body { margin: 0; padding: 2rem; font: 15px/1.5 system-ui, sans-serif; background: #1b1d23; color: #e6e6e6; }
h1 { font-size: 1.2rem; color: #ff7b72; }
pre { padding: 1rem; overflow-x: auto; background: #101218; border-radius: 6px; font: 13px/1.45 ui-monospace, monospace; }
</style>
</head>
<body>
<h1>The function does not compile</h1>
<pre>${escaped(text)}</pre>
<p>This page looks again every two seconds.</p>
</body>
</html>
`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
