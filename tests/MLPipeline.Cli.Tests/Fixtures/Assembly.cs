using Xunit.Sdk;
using Xunit.v3;

// Each test may train, or spawn a process that does: two at once would fight for the cores.
[assembly: Parallelization(Mode = ParallelMode.None)]
