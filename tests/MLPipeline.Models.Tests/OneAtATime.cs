using Xunit.Sdk;
using Xunit.v3;

// torch has one global random generator, and the tests look at it.
[assembly: Parallelization(Mode = ParallelMode.None)]
