using System.Runtime.CompilerServices;
using TorchSharp;
using Xunit.Sdk;
using Xunit.v3;

// torch has one global random generator, and the tests look at it.
[assembly: Parallelization(Mode = ParallelMode.None)]

namespace MLPipeline.Models.Tests;

internal static class Threads
{
    // Images this small gain nothing from torch's threads, which spin while they wait: on a busy host, for minutes.
    [ModuleInitializer]
    internal static void UseOne() => torch.set_num_threads(1);
}
