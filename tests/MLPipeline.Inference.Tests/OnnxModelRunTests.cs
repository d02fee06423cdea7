using MLPipeline.Inference.Tests.Fixtures;
using MLPipeline.Onnx.Graphs;

namespace MLPipeline.Inference.Tests;

public sealed class OnnxModelRunTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Computes_what_the_graph_says_with_and_without_optimisations(bool optimised)
    {
        using var model = OnnxModel.Load(TinyModels.Classifier(), new OnnxModelOptions { GraphOptimizations = optimised, IntraOpThreads = 1 });

        var outputs = model.Run(Feed("input", TensorValue.Create([1f, 2f, -1f, 0f], 2, 2)));

        // [1,2] W + b = [1.5, 2, 2.5]; [-1,0] W + b = [-0.5, 0, 0.5]
        Assert.Equal([1.5f, 2f, 2.5f, -0.5f, 0f, 0.5f], outputs["logits"].ToArray<float>());
        Assert.Equal([2, 3], outputs["logits"].Shape);
        Assert.Equal(Math.Exp(0.5) / (Math.Exp(-0.5) + 1 + Math.Exp(0.5)), outputs["probabilities"].AsSpan<float>()[5], 6);
    }

    [Fact]
    public void Gives_only_the_outputs_asked_for()
    {
        using var model = OnnxModel.Load(TinyModels.Classifier());

        var outputs = model.Run(Feed("input", TensorValue.Create([1f, 2f], 1, 2)), ["probabilities"]);

        Assert.Equal(["probabilities"], outputs.Keys);
    }

    [Fact]
    public void Outputs_stay_valid_after_the_model_is_gone()
    {
        TensorValue y;
        using (var model = OnnxModel.Load(TinyModels.AddOne()))
            y = model.Run(Feed("x", TensorValue.Create([1f, 2f], 1, 2)))["y"];

        Assert.Equal([2f, 3f], y.ToArray<float>());
    }

    public static TheoryData<ElementType, TensorValue> EveryElementType => new()
    {
        { ElementType.Float, TensorValue.Create([1.5f, -2f], 2) },
        { ElementType.Double, TensorValue.Create([1.5, -2.0], 2) },
        { ElementType.Int64, TensorValue.Create([long.MinValue, 2L], 2) },
        { ElementType.Int32, TensorValue.Create([int.MinValue, 2], 2) },
        { ElementType.Int16, TensorValue.Create(new short[] { -3, 2 }, 2) },
        { ElementType.Int8, TensorValue.Create(new sbyte[] { -3, 2 }, 2) },
        { ElementType.UInt64, TensorValue.Create([ulong.MaxValue, 2UL], 2) },
        { ElementType.UInt32, TensorValue.Create([uint.MaxValue, 2U], 2) },
        { ElementType.UInt16, TensorValue.Create(new ushort[] { ushort.MaxValue, 2 }, 2) },
        { ElementType.UInt8, TensorValue.Create(new byte[] { 255, 2 }, 2) },
        { ElementType.Bool, TensorValue.Create([true, false], 2) },
        { ElementType.Float16, TensorValue.Create([(Half)1.5f, (Half)(-2f)], 2) },
        { ElementType.String, TensorValue.Create(["Größe", ""], 2) },
    };

    [Theory]
    [MemberData(nameof(EveryElementType), DisableDiscoveryEnumeration = true)]
    public void Every_element_type_goes_in_and_comes_out_unchanged(ElementType type, TensorValue value)
    {
        using var model = OnnxModel.Load(TinyModels.Identity(type, "n"));

        var y = model.Run(Feed("x", value))["y"];

        Assert.Equal((TensorElementType)(int)type, y.ElementType);
        Assert.Equal(value.ElementType, y.ElementType);
        Assert.Equal(value.Shape, y.Shape);
        Assert.Equal(value.Data, y.Data);
        Assert.NotSame(value.Data, y.Data);
    }

    [Theory]
    [InlineData(ElementType.Float)]
    [InlineData(ElementType.Bool)]
    public void An_empty_batch_gives_an_empty_result(ElementType type)
    {
        using var model = OnnxModel.Load(TinyModels.Identity(type, "n", 2));
        var value = type == ElementType.Float ? TensorValue.Create(Array.Empty<float>(), 0, 2) : TensorValue.Create(Array.Empty<bool>(), 0, 2);

        var y = model.Run(Feed("x", value))["y"];

        Assert.Equal([0, 2], y.Shape);
        Assert.Equal(0, y.Count);
    }

    [Fact]
    public void A_scalar_has_an_empty_shape()
    {
        using var model = OnnxModel.Load(TinyModels.Identity(ElementType.Float));

        var y = model.Run(Feed("x", TensorValue.Create([4f])))["y"];

        Assert.Empty(y.Shape);
        Assert.Equal(4f, y.AsSpan<float>()[0]);
    }

    [Fact]
    public void Missing_input_names_what_is_wanted_and_what_came()
    {
        using var model = OnnxModel.Load(TinyModels.AddOne(), name: "add");

        var error = Assert.Throws<ArgumentException>(() => model.Run(Feed("z", TensorValue.Create([1f, 2f], 1, 2))));

        Assert.Contains("'add' wants an input x: Float[batch,2]; got: z: Float[1,2]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Unknown_extra_input_is_named()
    {
        using var model = OnnxModel.Load(TinyModels.AddOne());
        var inputs = new Dictionary<string, TensorValue>
        {
            ["x"] = TensorValue.Create([1f, 2f], 1, 2),
            ["extra"] = TensorValue.Create([1f], 1),
        };

        Assert.Contains("no input 'extra'", Assert.Throws<ArgumentException>(() => model.Run(inputs)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_shape_shows_both()
    {
        using var model = OnnxModel.Load(TinyModels.AddOne());

        var error = Assert.Throws<ArgumentException>(() => model.Run(Feed("x", TensorValue.Create([1f, 2f, 3f], 1, 3))));

        Assert.Contains("wants shape [batch,2]; got [1,3]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_rank_shows_both()
    {
        using var model = OnnxModel.Load(TinyModels.AddOne());

        var error = Assert.Throws<ArgumentException>(() => model.Run(Feed("x", TensorValue.Create([1f, 2f], 2))));

        Assert.Contains("wants shape [batch,2]; got [2]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_type_shows_both()
    {
        using var model = OnnxModel.Load(TinyModels.AddOne());

        var error = Assert.Throws<ArgumentException>(() => model.Run(Feed("x", TensorValue.Create([1.0, 2.0], 1, 2))));

        Assert.Contains("wants Float[batch,2]; got Double[1,2]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Unknown_output_lists_those_there_are()
    {
        using var model = OnnxModel.Load(TinyModels.Classifier());

        var error = Assert.Throws<ArgumentException>(() => model.Run(Feed("input", TensorValue.Create([1f, 2f], 1, 2)), ["scores"]));

        Assert.Contains("no output 'scores'; its outputs are: logits: Float[batch,3]; probabilities", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_failing_run_names_the_model()
    {
        using var model = OnnxModel.Load(TinyModels.FailsOnOddBatches(), name: "pairs");

        var error = Assert.Throws<ModelRunException>(() => model.Run(Feed("x", TensorValue.Create([1f, 2f], 1, 2))));

        Assert.Equal("pairs", error.ModelSource);
        Assert.Contains("Reshape", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_disposed_model_says_so()
    {
        var model = OnnxModel.Load(TinyModels.AddOne());
        model.Dispose();
        model.Dispose();

        Assert.Throws<ObjectDisposedException>(() => model.Run(Feed("x", TensorValue.Create([1f, 2f], 1, 2))));
    }

    [Fact]
    public async Task Disposing_during_a_run_lets_it_finish()
    {
        var model = OnnxModel.Load(TinyModels.AddOne());
        using var inside = new ManualResetEventSlim();
        using var disposed = new ManualResetEventSlim();
        var names = Task.Run(() => model.Use(session =>
        {
            inside.Set();
            disposed.Wait(TestContext.Current.CancellationToken);
            return session.InputNames.Single();
        }), TestContext.Current.CancellationToken);

        inside.Wait(TestContext.Current.CancellationToken);
        model.Dispose();
        disposed.Set();

        Assert.Equal("x", await names);
        Assert.Throws<ObjectDisposedException>(() => model.Use(session => session.InputNames));
    }

    private static Dictionary<string, TensorValue> Feed(string name, TensorValue value) => new() { [name] = value };
}
