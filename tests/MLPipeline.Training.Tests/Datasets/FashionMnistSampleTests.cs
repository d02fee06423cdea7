using MLPipeline.Training.Datasets;
using MLPipeline.Training.Tests.Datasets.Fixtures;

namespace MLPipeline.Training.Tests.Datasets;

public sealed class FashionMnistSampleTests
{
    [Fact]
    public async Task Has_as_many_images_of_every_class()
    {
        using var sample = await FashionMnist.LoadAsync(new() { UseSample = true }, cancellationToken: TestContext.Current.CancellationToken);

        Assert.True(sample.IsSample);
        Assert.Equal([6_000, 1, 28, 28], sample.Train.Images.shape);
        Assert.Equal([1_000, 1, 28, 28], sample.Test.Images.shape);
        Assert.Equal(Enumerable.Repeat(600L, 10), sample.Train.Labels.bincount(null).data<long>());
        Assert.Equal(Enumerable.Repeat(100L, 10), sample.Test.Labels.bincount(null).data<long>());
        Assert.Equal("Ankle boot", sample.Train.ClassNames[(int)sample.Train.Labels[0].item<long>()]);
    }

    [Fact]
    public void Comes_with_its_licence()
    {
        using var licence = typeof(FashionMnist).Assembly.GetManifestResourceStream("FashionMnistSample/LICENSE");

        Assert.Contains("Zalando SE", new StreamReader(licence!).ReadToEnd(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("train", 600)]
    [InlineData("t10k", 100)]
    public void Is_the_first_of_each_class_of_the_whole_set(string part, int perClass)
    {
        WholeSet.Require();
        var (images, labels) = (Whole($"{part}-images-idx3-ubyte"), Whole($"{part}-labels-idx1-ubyte"));
        var taken = new int[10];
        var chosen = Enumerable.Range(0, labels.Size(0)).Where(i => taken[labels.Elements[i]]++ < perClass).ToList();

        Assert.Equal(10 * perClass, chosen.Count);
        Assert.Equal([.. chosen.Select(i => labels.Elements[i])], Sample($"{part}-labels-idx1-ubyte").Elements);
        var sample = Sample($"{part}-images-idx3-ubyte").Elements;
        foreach (var (place, index) in chosen.Index())
            Assert.True(images.Elements.AsSpan(index * 784, 784).SequenceEqual(sample.AsSpan(place * 784, 784)), $"image {place} is not number {index} of the whole");
    }

    private static IdxContent Whole(string name) => IdxContent.Read(Path.Combine(WholeSet.Folder, name + ".gz"), Dimensions(name));

    private static IdxContent Sample(string name)
    {
        var resource = $"FashionMnistSample/{name}.gz";
        using var stream = typeof(FashionMnist).Assembly.GetManifestResourceStream(resource);
        return IdxContent.Read(stream!, resource, Dimensions(name));
    }

    private static int Dimensions(string name) => FashionMnistFile.All.Single(file => file.Name == name).Dimensions;
}
