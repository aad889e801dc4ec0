import { type Markup, tag, trusted } from './markup.ts';
import { STYLE } from './style.ts';

/** A whole page that fetches nothing. */
export function document(title: string, body: Markup): string {
  return tag`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} - netduel</title>
<style>${trusted(STYLE)}</style>
</head>
<body>
${body}
</body>
</html>
`.markup;
}
