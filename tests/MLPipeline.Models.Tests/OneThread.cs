using MLPipeline.Models.Tests;
using TorchSharp;
using Xunit.Sdk;
using Xunit.v3;

// torch has one global random generator, and the tests look at it.
[assembly: Parallelization(Mode = ParallelMode.None)]
[assembly: AssemblyFixture(typeof(OneThread))]

namespace MLPipeline.Models.Tests;

/// <summary>Images this small gain nothing from torch's threads, which spin while they wait: on a busy host, for minutes.</summary>
public sealed class OneThread
{
    public OneThread() => torch.set_num_threads(1);
}
