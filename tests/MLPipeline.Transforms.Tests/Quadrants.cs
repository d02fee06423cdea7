using Microsoft.ML;
using Microsoft.ML.Data;
using MLPipeline.Inference.Tests.Fixtures;

namespace MLPipeline.Transforms.Tests;

/// <summary>Images of the quadrant model as ML.NET reads them.</summary>
internal static class Quadrants
{
    public static Image[] Images(int count, int seed = 1)
    {
        var pixels = QuadrantModel.Images(count, seed: seed);
        var random = new Random(seed);
        return [.. pixels.Chunk(QuadrantModel.Pixels).Select(
            (image, row) => new Image { Row = row, input = image, Truth = QuadrantModel.Labels[random.Next(4)] })];
    }

    public static long[] Truth(IEnumerable<Image> images) =>
        [.. images.Select(image => (long)QuadrantModel.Labels.ToList().IndexOf(image.Truth))];

    public static float[] Flat(IEnumerable<Image> images) => [.. images.SelectMany(image => image.input)];

    public static T[] Column<T>(IDataView data, string name) => [.. data.GetColumn<T>(name)];

    internal sealed class Image
    {
        public int Row { get; set; }

        [VectorType(QuadrantModel.Pixels)]
        public float[] input { get; set; } = [];

        public string Truth { get; set; } = "";
    }

    internal sealed class Answer
    {
        public float[] Score { get; set; } = [];

        public uint PredictedLabel { get; set; }

        public string? Name { get; set; }
    }
}
