using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace MLPipeline.Models.Tests;

/// <summary>What must hold for every network.</summary>
public sealed class NetworkTests
{
    private const int Side = 16;

    public static TheoryData<string> All => [.. ModelCatalog.Entries.Select(e => e.Name)];

    /// <summary>One or two of every family and kind of block; the others differ in numbers only.</summary>
    public static TheoryData<string> OfEveryKind => ["lenet", "lenet-bn", "resnet18", "resnet50", "densenet121", "d2l-resnet18", "d2l-densenet"];

    public static TheoryData<string> QuickToTrain => ["lenet", "lenet-bn", "resnet18", "densenet121", "d2l-resnet18", "d2l-densenet"];

    [Theory]
    [MemberData(nameof(All))]
    public void Logits_are_finite_repeatable_and_independent_of_the_batch_in_evaluation(string name)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var network = ModelCatalog.Create(name, new() { Channels = 3, Classes = 7, Seed = 1 });
        network.eval();
        var images = Images(name, batch: 3, channels: 3);
        var three = network.call(images);
        var one = network.call(images.slice(0, 1, 2, 1));
        Assert.Equal([3, 7], three.shape);
        Assert.Equal([1, 7], one.shape);
        Assert.True(three.isfinite().all().ToBoolean());
        Assert.True(three.eq(network.call(images)).all().ToBoolean(), "the same input gave another output");
        Assert.True(allclose(three.slice(0, 1, 2, 1), one, rtol: 1e-3, atol: 1e-4), "an image's logits depend on its batch");
    }

    [Theory]
    [InlineData("resnet18", 33)]
    [InlineData("densenet121", 29)]
    public void Takes_its_smallest_images_with_the_imagenet_stem(string name, int side)
    {
        using var scope = NewDisposeScope();
        using var network = ModelCatalog.Create(name, new() { Stem = ImageStem.ImageNet, Seed = 1 });
        Assert.Equal([2, 10], network.call(zeros(2, 1, side, side)).shape);
    }

    [Theory]
    [MemberData(nameof(OfEveryKind))]
    public void Every_parameter_gets_a_gradient(string name)
    {
        using var scope = NewDisposeScope();
        using var network = ModelCatalog.Create(name, new() { Seed = 1 });
        Loss(network, Images(name, batch: 4), Labels(4)).backward();
        Assert.All(network.named_parameters(), p =>
        {
            Assert.True(p.parameter.grad is not null, $"{p.name} has no gradient");
            Assert.True(p.parameter.grad!.isfinite().all().ToBoolean(), $"{p.name} has a gradient that is not finite");
        });
    }

    [Theory]
    [MemberData(nameof(OfEveryKind))]
    public void Forward_leaves_no_tensor_but_its_output(string name)
    {
        using var network = ModelCatalog.Create(name, new() { Seed = 1 });
        using var images = Images(name, batch: 2);
        network.call(images).Dispose();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var before = Tensor.TotalCount;
        using var output = network.call(images);
        Assert.Equal(before + 1, Tensor.TotalCount);
    }

    [Theory]
    [MemberData(nameof(QuickToTrain))]
    public void Loss_falls_in_a_few_steps(string name)
    {
        using var scope = NewDisposeScope();
        using var network = ModelCatalog.Create(name, new() { Seed = 1 });
        using var optimizer = optim.Adam(network.parameters(), lr: 0.003);
        var (images, labels) = (Images(name, batch: 8), Labels(8));
        var losses = Enumerable.Range(0, 6).Select(_ =>
        {
            optimizer.zero_grad();
            using var loss = Loss(network, images, labels);
            loss.backward();
            optimizer.step();
            return loss.ToDouble();
        }).ToList();
        Assert.True(losses[^1] < 0.9 * losses[0], $"the loss went {string.Join(" ", losses.Select(l => l.ToString("F3")))}");
    }

    private static Tensor Loss(Module<Tensor, Tensor> network, Tensor images, Tensor labels)
    {
        using var scope = NewDisposeScope();
        return cross_entropy(network.call(images), labels).MoveToOuterDisposeScope();
    }

    // A bright bar whose place tells the class, on noise: values 0 to 1, as pixels are.
    private static Tensor Images(string name, int batch, int channels = 1)
    {
        using var scope = NewDisposeScope();
        var side = ModelCatalog.Find(name).FixedInput ?? Side;
        using var generator = new Generator(7);
        var images = rand(batch, channels, side, side, generator: generator).mul_(0.3f);
        for (var i = 0; i < batch; i++)
            images[i].narrow(1, 1 + 4 * (i % 4), 3).add_(0.7f);
        return images.MoveToOuterDisposeScope();
    }

    private static Tensor Labels(int batch) => arange(batch).remainder(4).to(int64);
}
