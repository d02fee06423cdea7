using System.Runtime.InteropServices;
using MLPipeline.Models;
using static TorchSharp.torch;

namespace MLPipeline.Benchmarks.Peers;

/// <summary>A network that both sides have: ours from the catalog, theirs from torchvision, with the same state-dict keys.</summary>
/// <param name="Name">Its name on both sides.</param>
/// <param name="Channels">Channels of the input image.</param>
/// <param name="Size">Its height and width.</param>
/// <param name="Classes">Length of the output.</param>
internal sealed record BenchmarkNetwork(string Name, int Channels, int Size, int Classes)
{
    /// <summary>LeNet at the size of Fashion-MNIST, all others at ImageNet's.</summary>
    public static BenchmarkNetwork Of(string name) => name == "lenet-bn" ? new(name, 1, 28, 10) : new(name, 3, 224, 1000);

    /// <summary>One image of zeros.</summary>
    public Tensor Example() => zeros(1, Channels, Size, Size);

    /// <summary>Our network with the weights that the other side left in a folder.</summary>
    /// <exception cref="PeerException">The two sides do not have the same weights.</exception>
    public nn.Module<Tensor, Tensor> Load(string folder)
    {
        var stem = Channels == 1 ? ImageStem.Small : ImageStem.ImageNet;
        var network = ModelCatalog.Create(Name, new ModelOptions { Channels = Channels, Classes = Classes, Stem = stem });
        using var scope = NewDisposeScope();
        var (missing, unexpected) = network.load_state_dict(Weights(folder), strict: false);
        if (unexpected.Count > 0 || missing.Any(key => !key.EndsWith(".num_batches_tracked", StringComparison.Ordinal)))
            throw new PeerException($"{Name} has other weights on the other side: missing [{string.Join(", ", missing)}], unexpected [{string.Join(", ", unexpected)}].");
        network.eval();
        return network;
    }

    private static Dictionary<string, Tensor> Weights(string folder)
    {
        var bytes = File.ReadAllBytes(Path.Combine(folder, "weights.bin"));
        var weights = new Dictionary<string, Tensor>();
        var at = 0;
        foreach (var line in File.ReadLines(Path.Combine(folder, "weights.txt")))
        {
            var (key, shape) = (line.Split(' ')[0], line.Split(' ')[1].Split('x').Select(long.Parse).ToArray());
            var count = (int)shape.Aggregate(1L, (a, b) => a * b);
            weights[key] = tensor(MemoryMarshal.Cast<byte, float>(bytes.AsSpan(at, count * sizeof(float))).ToArray(), shape);
            at += count * sizeof(float);
        }

        return weights;
    }
}
