// Commands to paste, quoted for a shell like those of `line` in syntax/arguments.py.
const quoted = (word) => /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'"'"'`)}'`;
const command = (...words) => words.map(quoted).join(" ");
