import fc from 'fast-check';

// A mutant that one run kills must not survive the next one because of other examples.
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: 10 });
