using MLPipeline.Export.Tests.Fixtures;
using MLPipeline.Export.Tests.Networks;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLPipeline.Export.Tests;

/// <summary>Axes other than the batch: every case is verified at lengths that were not traced.</summary>
public class DynamicAxesTests
{
    private static readonly Dictionary<string, (Func<Tensor, Tensor> Function, string? Output)> Functions = new()
    {
        ["batch and time folded"] = (x => x.view(-1, x.shape[2]).relu().view(x.shape[0], x.shape[1], -1), "float[batch,time,6]"),
        ["product of lengths"] = (x => x.reshape(x.shape[0] * x.shape[1], -1), "float[batch*time,6]"),
        ["half of a length"] = (x => x.transpose(1, 2).reshape(x.shape[0], -1, 1, x.shape[1] * 2).view(-1, x.shape[1] / 2 * 0 + 2, x.shape[1]), null),
        ["number that is a length"] = (x => x / x.shape[1] + x.shape[0] * x.shape[0], "float[batch,time,6]"),
        ["number that is a function of a length"] = (x => x / Math.Sqrt(x.shape[1]) * MathF.Pow(x.shape[1], -0.5f) + Math.Log(x.shape[1]), "float[batch,time,6]"),
        ["heads"] = (x => x.view(x.shape[0], x.shape[1], 2, 3).transpose(1, 2).contiguous().transpose(1, 2).reshape(x.shape[0], x.shape[1], 6), "float[batch,time,6]"),
        ["flatten all but the last"] = (x => x.flatten(0, 1), "float[batch*time,6]"),
        ["mask of a length"] = (
            x => functional.softmax(x.matmul(x.transpose(1, 2)).masked_fill(ones(x.shape[1], x.shape[1]).tril() == 0, float.NegativeInfinity), -1).matmul(x), "float[batch,time,6]"),
        ["mask made of positions"] = (
            x => x.matmul(x.transpose(1, 2)) * (arange(x.shape[1]).unsqueeze(0) <= arange(x.shape[1]).unsqueeze(1)).to(float32), "float[batch,time,time]"),
        ["positions"] = (x => x + arange(x.shape[1], dtype: float32).div(x.shape[1]).view(1, -1, 1), "float[batch,time,6]"),
        ["positions backwards"] = (x => x * arange(x.shape[1] - 1, -1, -1).view(-1, 1), "float[batch,time,6]"),
        ["full of a length"] = (x => x + full(x.shape[1], 1, x.shape[1], dtype: float32) + eye(x.shape[1]).sum(), "float[batch,time,6]"),
        ["zeros in front"] = (x => cat([zeros(x.shape[0], 1, 6), x], 1), "float[batch,time+1,6]"),
        ["expanded to the batch"] = (x => cat([ones(1, 2, 6).expand(x.shape[0], -1, -1), x], 1), "float[batch,time+2,6]"),
        ["second half"] = (x => x[.., TensorIndex.Slice(x.shape[1] / 2), ..], "float[batch,(time+1)//2,6]"),
        ["all but the last"] = (x => x[.., TensorIndex.Slice(null, x.shape[1] - 1)] - x[.., TensorIndex.Slice(1)], "float[batch,time-1,6]"),
        ["halves side by side"] = (
            x => x.narrow(1, 0, x.shape[1] / 2 * 2).reshape(x.shape[0], x.shape[1] / 2, 12), "float[batch,time//2,12]"),
        ["mean over a length"] = (x => x.sum(1) / x.shape[1], "float[batch,6]"),
        ["outer sum"] = (x => (x.unsqueeze(1) + x.unsqueeze(2)).view(x.shape[0], x.shape[1] * x.shape[1], 6), "float[batch,time*time,6]"),
        ["tensor of lengths"] = (x => x / tensor((float)x.shape[1]) * tensor(new[] { 2L, x.shape[1] * x.shape[1], 1, 0, x.shape[0], 5 }), "float[batch,time,6]"),
        ["flatten all"] = (x => x.flatten(), "float[6*(batch*time)]"),
    };

    public static TheoryData<string> FunctionNames => [.. Functions.Keys];

    [Theory]
    [MemberData(nameof(FunctionNames))]
    public void Sequence_length_is_symbolic(string name)
    {
        using var folder = new ExportFolder();
        var (function, output) = Functions[name];
        using var module = new Of((_, x) => function(x));
        var report = folder.Export(module, [2, 8, 6], Named((0, "batch"), (1, "time")));
        Assert.Equal("input: float[batch,time,6]", Assert.Single(report.Inputs));
        if (output is not null)
            Assert.Equal($"output: {output}", Assert.Single(report.Outputs));
    }

    // Layers with a symbolic axis beside the batch: an example, and the axes that vary.
    private static readonly Dictionary<string, (Func<TorchSharp.torch.nn.Module> Create, long[] Shape, int[] Axes)> Layers = new()
    {
        ["LSTM"] = (() => new Recurrent(LSTM(4, 5, batchFirst: true, bidirectional: true)), [2, 6, 4], [1]),
        ["GRU, time first"] = (() => new Recurrent(gru: GRU(4, 5, numLayers: 2)), [6, 2, 4], [0]),
        ["transformer encoder"] = (() => new Encoder(), [6, 2, 4], [0]),
        ["convolution over time"] = (() => Sequential(Conv1d(4, 6, 3, padding: 1), BatchNorm1d(6), GELU(), Conv1d(6, 4, 2, stride: 2)), [2, 4, 9], [2]),
        ["transposed convolution"] = (() => Sequential(Conv2d(2, 4, 3, stride: 2, padding: 1), ReLU(), ConvTranspose2d(4, 2, 2, stride: 2)), [2, 2, 8, 6], [2, 3]),
        ["padding same"] = (() => Conv2d(2, 4, 3, padding: TorchSharp.Padding.Same), [2, 2, 8, 6], [2, 3]),
        ["group norm"] = (() => Sequential(Conv2d(2, 4, 1), GroupNorm(2, 4, affine: false), InstanceNorm2d(4)), [2, 2, 8, 6], [2, 3]),
        ["pools rounded up"] = (() => Sequential(MaxPool2d(3, stride: 2, ceil_mode: true), AvgPool2d(2, stride: 2, ceil_mode: true)), [2, 2, 9, 7], [2, 3]),
        ["running sum"] = (() => new Of((_, x) => x.cumsum(1).flip(1).roll(1, 1)), [2, 6, 4], [1]),
        ["softmax over a length"] = (() => new Of((_, x) => functional.log_softmax(x, 1).logsumexp(1)), [2, 6, 4], [1]),
        ["repeat"] = (() => new Of((_, x) => x.repeat(1, 2, 1).repeat_interleave(2, 1).unflatten(1, [4, -1])), [2, 6, 4], [1]),
    };

    public static TheoryData<string> LayerNames => [.. Layers.Keys];

    [Theory]
    [MemberData(nameof(LayerNames))]
    public void Layer_takes_any_length(string name)
    {
        using var folder = new ExportFolder();
        var (create, shape, axes) = Layers[name];
        using var module = create();
        var named = axes.Select((axis, i) => (axis, $"length{i}")).Append((axes.Contains(0) ? 1 : 0, "batch"));
        var report = folder.Export(module, shape, Named([.. named]));
        Assert.True(report.Verification.Select(r => r.Lengths["length0"]).Distinct().Count() >= 3);
    }

    [Fact]
    public void Transformer_block_takes_any_sequence_length()
    {
        using var folder = new ExportFolder();
        using var module = new EncoderBlock();
        var report = folder.Export(module, [2, 12, 8], Named((0, "batch"), (1, "time")));
        Assert.Equal(["output: float[batch,time,8]"], report.Outputs);
        // The table of positions ends at 64.
        Assert.Equal([1, 7, 15, 27, 28], report.Verification.Select(r => r.Lengths["time"]).Distinct().Order());
        Assert.Equal([1, 28], report.Verification.Where(r => r.ToleranceFactor == 100).Select(r => r.Lengths["time"]).Distinct().Order());
        Assert.Contains("time 28, graph optimisations on, 100 x tolerance", report.ToString());
        // Heads are split and joined by constant shapes: nothing is worked out at run time but the length of the position table.
        Assert.Equal(1, report.Operators["Shape"]);
        Assert.False(report.Operators.ContainsKey("Concat"));
    }

    [Fact]
    public void Classifier_takes_any_image_size_and_its_normalisations_fold()
    {
        using var folder = new ExportFolder();
        using var module = new AnySizeClassifier();
        SmallNets.Unsettle(module);
        var report = folder.Export(module, [2, 3, 16, 24], Named((0, "batch"), (2, "height"), (3, "width")));
        Assert.Equal("Conv Relu MaxPool Conv Relu GlobalAveragePool Flatten Gemm", folder.Operators());
        Assert.Equal(["input: float[batch,3,height,width]"], report.Inputs);
        Assert.Contains(report.Verification, r => r.Lengths["height"] % 2 == 1 && r.Lengths["width"] != r.Lengths["height"]);
    }

    [Fact]
    public void Way_up_of_a_u_net_takes_the_sizes_of_the_way_down()
    {
        using var folder = new ExportFolder();
        using var module = new SmallUNet();
        SmallNets.Unsettle(module);
        var report = folder.Export(module, [2, 3, 12, 20], Named((0, "batch"), (2, "height"), (3, "width")));
        Assert.Equal(["output: float[batch,2,height,width]"], report.Outputs);
        Assert.Equal(5, report.FoldedBatchNormalizations);
        Assert.Contains(report.Verification, r => r.Lengths["height"] % 4 != 0 && r.Lengths["width"] % 2 == 1);
    }

    [Fact]
    public void Patches_are_put_back_where_they_were()
    {
        using var folder = new ExportFolder();
        using var module = new PatchMixer();
        var report = folder.Export(module, [2, 3, 16, 24], Named((0, "batch"), (2, "height"), (3, "width")));
        Assert.Equal(["output: float[batch,6,height//4,width//4]"], report.Outputs);
    }

    [Fact]
    public void Batch_may_be_the_second_axis()
    {
        using var folder = new ExportFolder();
        using var module = new TimeDistributed();
        SmallNets.Unsettle(module);
        var report = folder.Export(module, [8, 2, 6], Named((0, "time"), (1, "batch")));
        Assert.Equal(["output: float[batch,4]"], report.Outputs);
        Assert.Equal([1, 2, 7, 257], report.Verification.Select(r => r.Batch).Distinct().Order());
        Assert.Equal(1, report.FoldedBatchNormalizations);
    }

    [Fact]
    public void Inputs_may_have_symbols_of_their_own_and_in_common()
    {
        using var folder = new ExportFolder();
        using var module = new OfThree((q, k, v) => functional.softmax(q.matmul(k.transpose(1, 2)) / Math.Sqrt(k.shape[1]), -1).matmul(v).view(q.shape[0] * q.shape[1], -1));
        var report = folder.Export(module, [ExportFolder.Example(2, 6, 4), ExportFolder.Example(2, 9, 4), ExportFolder.Example(2, 9, 5)], new OnnxExportOptions
        {
            DynamicAxes = new Dictionary<int, IReadOnlyDictionary<int, string>>
            {
                [0] = new Dictionary<int, string> { [0] = "batch", [1] = "queries" },
                [1] = new Dictionary<int, string> { [0] = "batch", [1] = "keys" },
                [2] = new Dictionary<int, string> { [0] = "batch", [1] = "keys" },
            },
        });
        Assert.Equal(["output: float[batch*queries,5]"], report.Outputs);
        Assert.All(report.Verification.Where(r => r.Lengths["keys"] > 1), r => Assert.NotEqual(r.Lengths["queries"], r.Lengths["keys"]));
    }

    [Fact]
    public void Loop_over_a_sequence_is_refused()
    {
        using var folder = new ExportFolder();
        using var module = new Of((_, x) => Enumerable.Range(0, (int)x.shape[1]).Select(t => x.select(1, t)).Aggregate((a, b) => a.tanh() + b));
        var error = Assert.Throws<ExportException>(() => folder.Export(module, [2, 4, 3], Named((1, "time"))));
        Assert.Contains("at time 4 and", error.Message);
        Assert.Contains("A loop over a symbolic axis can't be exported", error.Message);
    }

    [Fact]
    public void Table_kept_from_the_longest_run_is_caught_beyond_it()
    {
        using var folder = new ExportFolder();
        using var module = new GrowingTable();
        var error = Assert.Throws<ExportException>(() => folder.Export(module, [2, 4, 3], Named((0, "batch"), (1, "time"))));
        Assert.Contains("can't run the exported file (batch 1, time 12)", error.Message);
        Assert.Empty(folder.Files);
    }

    [Fact]
    public void Special_case_of_one_step_is_caught()
    {
        using var folder = new ExportFolder();
        using var module = new Of((_, x) => x.shape[1] == 1 ? x.relu() : x);
        var error = Assert.Throws<ExportException>(() => folder.Export(module, [2, 8, 3], Named((0, "batch"), (1, "time"))));
        Assert.Contains("(batch 1, time 1, ONNX Runtime", error.Message);

        var said = Named((0, "batch"), (1, "time")) with { DynamicAxisSizes = new Dictionary<string, IReadOnlyList<int>> { ["time"] = [5, 30] } };
        Assert.Equal([5, 30], folder.Export(module, [2, 8, 3], said).Verification.Select(r => r.Lengths["time"]).Distinct().Order());
    }

    [Fact]
    public void Lengths_that_do_not_go_together_are_an_error_that_says_so()
    {
        using var folder = new ExportFolder();
        using var module = new Of((_, x) => x.shape[1] + x.shape[2] > 34 ? throw new InvalidOperationException("too large an image") : x.relu());
        var error = Assert.Throws<ExportException>(() => folder.Export(module, [2, 10, 10], Named((0, "batch"), (1, "height"), (2, "width"))));
        Assert.Contains("runs at batch 2, height 10, width 10, and fails at batch", error.Message);
        Assert.Contains("too large an image", error.Message);
    }

    private static readonly Dictionary<string, Func<Tensor, Tensor>> Thresholds = new()
    {
        ["padded to a multiple"] = x => functional.pad(x, (0, 0, 0, (512 - x.shape[1] % 512) % 512)),
        ["padded to a length, and cropped beyond"] = x => functional.pad(x, (0, 0, 0, 512 - x.shape[1])),
        ["at most"] = x => x * Math.Min(x.shape[1], 512),
        ["at most, of scores"] = x => functional.softmax(x.matmul(x.transpose(1, 2)), -1).matmul(x) * Math.Min(x.shape[1], 512),
    };

    public static TheoryData<string> ThresholdNames => [.. Thresholds.Keys];

    [Theory]
    [MemberData(nameof(ThresholdNames))]
    public void Threshold_far_beyond_the_example_is_caught(string name)
    {
        using var folder = new ExportFolder();
        using var module = new Of((_, x) => Thresholds[name](x));
        var error = Assert.Throws<ExportException>(() => folder.Export(module, [2, 16, 3], Named((0, "batch"), (1, "time"))));
        Assert.Contains("The exported file gives other numbers than the module", error.Message);
        Assert.Empty(folder.Files);
    }

    [Fact]
    public void Padding_to_a_length_that_longer_inputs_keep_is_right_on_both_sides_of_it()
    {
        using var folder = new ExportFolder();
        using var module = new Of((_, x) => functional.pad(x, (0, 0, 0, Math.Max(0, 512 - x.shape[1]))));
        var report = folder.Export(module, [2, 16, 3], Named((0, "batch"), (1, "time")));
        Assert.Contains(report.Verification, r => r.Lengths["time"] > 512);
        folder.AssertSameNumbers(module, [ExportFolder.Example(2, 600, 3)], Tolerance.Default);
        folder.AssertSameNumbers(module, [ExportFolder.Example(2, 511, 3)], Tolerance.Default);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(200)]
    public void Rows_missing_to_a_multiple_of_the_largest_batch_are_caught(int multiple)
    {
        using var folder = new ExportFolder();
        using var module = new Of((_, x) => functional.pad(x, (0, 0, 0, (multiple - x.shape[0] % multiple) % multiple)));
        Assert.Contains("Output 'output' (batch 257", Assert.Throws<ExportException>(() => folder.Export(module, [2, 3])).Message);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Branch_on_which_of_two_axes_is_longer_is_caught(bool branch)
    {
        using var folder = new ExportFolder();
        using var module = new Of((_, x) => branch
            ? x.shape[2] > x.shape[3] ? x.transpose(2, 3) : x.relu()
            : x * Math.Max(x.shape[2], x.shape[3]));
        var error = Assert.Throws<ExportException>(() => folder.Export(module, [1, 1, 32, 128], Named((0, "batch"), (2, "height"), (3, "width"))));
        Assert.Contains("The exported file gives other numbers than the module", error.Message);
    }

    [Fact]
    public void Branch_on_more_rows_than_steps_is_caught()
    {
        using var folder = new ExportFolder();
        using var module = new Of((_, x) => x * Math.Max(x.shape[0], x.shape[1]));
        Assert.Contains("(batch 257, time 1", Assert.Throws<ExportException>(() => folder.Export(module, [2, 40, 3], Named((0, "batch"), (1, "time")))).Message);
    }

    private sealed class GrowingTable() : Module<Tensor, Tensor>("growing")
    {
        private Tensor? _table;

        public override Tensor forward(Tensor input)
        {
            if (_table is null || _table.shape[0] < input.shape[1])
                _table = ones(input.shape[1], 3).DetachFromDisposeScope();
            return input + _table.narrow(0, 0, input.shape[1]);
        }
    }

    private static OnnxExportOptions Named(params (int Axis, string Name)[] axes) => new()
    {
        DynamicAxes = new Dictionary<int, IReadOnlyDictionary<int, string>> { [0] = axes.ToDictionary(a => a.Axis, a => a.Name) },
    };
}
