using Xunit.Sdk;
using Xunit.v3;

// One thread pool of libtorch, one global generator of random numbers: two trainings at once would draw from each other's.
[assembly: Parallelization(Mode = ParallelMode.None)]
