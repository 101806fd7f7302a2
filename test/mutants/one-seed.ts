import fc from 'fast-check';

// A mutant that one run kills must not survive the next by other examples.
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: 10 });
