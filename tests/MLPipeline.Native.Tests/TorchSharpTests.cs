using System.Runtime.Loader;
using TorchSharp;

namespace MLPipeline.Native.Tests;

/// <summary>Each also runs alone in a process of its own, where <see cref="TorchNativeTests"/> has put the cache in some state.</summary>
public class TorchSharpTests
{
    [Fact]
    public void TorchSharp_computes_with_nothing_done_by_hand() =>
        Assert.Equal([3f, 3f], torch.ones(2, 3).mm(torch.ones(3, 1)).data<float>().ToArray());

    [Fact]
    public void TorchSharp_computes_in_a_load_context_of_its_own()
    {
        var context = new AssemblyLoadContext("plug-in");
        var type = context.LoadFromAssemblyPath(typeof(torch).Assembly.Location).GetType("TorchSharp.torch")!;

        var generator = type.GetMethod("manual_seed", [typeof(long)])!.Invoke(null, [7L]);

        Assert.NotSame(typeof(torch), type);
        Assert.NotNull(generator);
    }
}
