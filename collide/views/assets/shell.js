// Commands to paste, as cli/arguments.py `line` makes them in Python: a shell reads back every word as it is.
const quoted = (word) => /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'"'"'`)}'`;
const command = (...words) => words.map(quoted).join(" ");
