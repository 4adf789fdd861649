// Imported before a program, it puts a clock in place of its own that goes on by two seconds each time that somebody looks at it.
let nowMs = 0;
performance.now = () => (nowMs += 2_000);
