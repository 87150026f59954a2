// Commands to paste, quoted for a shell in the same way as `line` in syntax/arguments.py does.
const quoted = (word) => /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'"'"'`)}'`;
const command = (...words) => words.map(quoted).join(" ");
