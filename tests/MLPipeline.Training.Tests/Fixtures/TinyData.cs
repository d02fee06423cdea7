using MLPipeline.Training.Datasets;
using static TorchSharp.torch;

namespace MLPipeline.Training.Tests.Fixtures;

/// <summary>Small images that can be told apart: each class is bright in a place of its own, under noise.</summary>
internal static class TinyData
{
    public const int Side = 8;
    public const int Classes = 4;

    public static ImageSplit Split(int train = 130, int test = 60) => new("tiny", "made for tests", IsSample: false, Set("tiny train", train, 11), Set("tiny test", test, 12));

    public static ImageDataset Set(string name, int count, int seed)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)seed);
        var labels = arange(count, ScalarType.Int64).remainder(Classes);
        var bright = zeros(Classes, 1, Side, Side);
        for (var c = 0; c < Classes; c++)
            bright[c, 0, 2 * c].fill_(120);
        var images = rand(count, 1, Side, Side, generator: generator).mul_(120) + bright.index_select(0, labels);
        return new ImageDataset(name, images.to(ScalarType.Byte), labels, [.. Enumerable.Range(0, Classes).Select(c => $"row {2 * c}")]);
    }
}
