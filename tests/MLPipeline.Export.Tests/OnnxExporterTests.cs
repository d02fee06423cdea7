using MLPipeline.Export.Tests.Fixtures;
using MLPipeline.Export.Tests.Networks;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLPipeline.Export.Tests;

public class OnnxExporterTests
{
    public static TheoryData<string, int> NetworksAndOpsets => new()
    {
        { nameof(SmallLeNet), OnnxExportOptions.LowestOpset },
        { nameof(SmallLeNet), OnnxExportOptions.HighestOpset },
        { nameof(SmallResNet), OnnxExportOptions.LowestOpset },
        { nameof(SmallResNet), 17 },
        { nameof(SmallResNet), OnnxExportOptions.HighestOpset },
        { nameof(SmallDenseNet), OnnxExportOptions.LowestOpset },
        { nameof(SmallDenseNet), OnnxExportOptions.HighestOpset },
    };

    [Theory]
    [MemberData(nameof(NetworksAndOpsets))]
    public void File_gives_the_module_s_numbers_at_every_opset(string network, int opset)
    {
        using var folder = new ExportFolder();
        using var module = SmallNets.Create(network);
        var report = folder.Export(module, SmallNets.InputOf(network), new OnnxExportOptions { Opset = opset });

        using var input = ExportFolder.Example([5, .. SmallNets.InputOf(network)[1..]]);
        module.eval();
        using var expected = module.call(input);
        Assert.Equal(expected.data<float>().ToArray(), folder.Run(input)["output"].ToArray<float>(), (a, b) => Math.Abs(a - b) < 1e-5);
        Assert.Equal(opset, folder.Model().Opset);
        Assert.Equal(opset, report.Opset);
    }

    [Fact]
    public void Every_batch_size_and_both_optimisation_modes_are_verified()
    {
        using var folder = new ExportFolder();
        using var module = SmallNets.Create(nameof(SmallLeNet));
        var report = folder.Export(module, [1, 1, 8, 8]);
        Assert.Equal([(1, false), (1, true), (2, false), (2, true), (7, false), (7, true), (257, false), (257, true)], report.Verification.Select(r => (r.Batch, r.GraphOptimizations)));
        Assert.All(report.Verification, r => Assert.InRange(r.MaxAbsoluteError, 0, 1e-5));
        Assert.Equal(["input: float[batch,1,8,8]"], report.Inputs);
        Assert.Equal(["output: float[batch,3]"], report.Outputs);
    }

    [Fact]
    public void Lenet_is_written_as_its_layers()
    {
        using var folder = new ExportFolder();
        using var module = SmallNets.Create(nameof(SmallLeNet));
        folder.Export(module, [2, 1, 8, 8], new OnnxExportOptions { ClassifierHead = true });
        Assert.Equal(
            """
            graph network (%input: float[batch,1,8,8])
              %a: float[batch,4,6,6] = Conv(%input, %w, %w) {kernel_shape=[3,3], strides=[1,1], pads=[0,0,0,0], dilations=[1,1], group=1}
              %b: float[batch,4,3,3] = MaxPool(%a) {kernel_shape=[2,2], strides=[2,2], pads=[0,0,0,0], ceil_mode=0, dilations=[1,1]}
              %c: float[batch,4,3,3] = Sigmoid(%b)
              %d: float[batch,36] = Flatten(%c) {axis=1}
              %e: float[batch,8] = Gemm(%d, %w, %w) {transB=1}
              %f: float[batch,8] = Sigmoid(%e)
              %logits: float[batch,3] = Gemm(%f, %w, %w) {transB=1}
              %probabilities: float[batch,3] = Softmax(%logits) {axis=-1}
              return %logits: float[batch,3], %probabilities: float[batch,3]

            """,
            PrintedGraph.WithoutNames(folder.Model().Graph));
    }

    [Fact]
    public void Residual_additions_are_kept_and_every_normalisation_folds()
    {
        using var folder = new ExportFolder();
        using var module = SmallNets.Create(nameof(SmallResNet));
        var report = folder.Export(module, [2, 3, 16, 16]);
        Assert.Equal("Conv Relu MaxPool Conv Relu Conv Add Relu Conv Relu Conv Conv Add Relu GlobalAveragePool Flatten Gemm", folder.Operators());
        Assert.Equal(6, report.FoldedBatchNormalizations);
        Assert.Empty(report.KeptBatchNormalizations);
    }

    [Fact]
    public void Normalisations_of_a_dense_block_are_kept_with_their_reason()
    {
        using var folder = new ExportFolder();
        using var module = SmallNets.Create(nameof(SmallDenseNet));
        var report = folder.Export(module, [2, 1, 8, 8]);
        Assert.Equal(0, report.FoldedBatchNormalizations);
        Assert.Equal(4, report.Operators["BatchNormalization"]);
        Assert.Equal(4, report.KeptBatchNormalizations.Count);
        Assert.Contains(report.KeptBatchNormalizations, k => k.Node.Contains("transition.norm") && k.Reason.Contains("Concat"));
    }

    [Fact]
    public void Two_convolutions_with_normalisations_on_one_input_stay_apart()
    {
        using var folder = new ExportFolder();
        using var module = new TwoHeads();
        SmallNets.Unsettle(module);
        var report = folder.Export(module, [2, 2, 6, 6]);
        Assert.Equal(2, report.FoldedBatchNormalizations);
        Assert.Equal("Conv Conv Add", folder.Operators());
    }

    [Fact]
    public void Convolution_before_two_normalisations_gets_weights_for_each()
    {
        using var folder = new ExportFolder();
        using var module = new SharedConvolution();
        SmallNets.Unsettle(module);
        var report = folder.Export(module, [2, 2, 6, 6]);
        Assert.Equal(2, report.FoldedBatchNormalizations);
        Assert.Equal(2, report.Operators["Conv"]);
        Assert.Equal(2, folder.Model().Graph.Nodes.Where(n => n.OpType == "Conv").Select(n => n.Inputs[1]).Distinct().Count());
    }

    [Fact]
    public void Normalisation_of_a_convolution_with_a_second_reader_is_kept()
    {
        using var folder = new ExportFolder();
        using var module = new SecondReader();
        SmallNets.Unsettle(module);
        var report = folder.Export(module, [2, 2, 6, 6]);
        Assert.Equal("Conv BatchNormalization Add", folder.Operators());
        Assert.Contains("other readers", Assert.Single(report.KeptBatchNormalizations).Reason);
    }

    [Fact]
    public void Nothing_folds_when_folding_is_off()
    {
        using var folder = new ExportFolder();
        using var module = SmallNets.Create(nameof(SmallLeNet));
        var report = folder.Export(module, [2, 1, 8, 8], new OnnxExportOptions { FoldBatchNormalization = false });
        Assert.Equal(2, report.Operators["BatchNormalization"]);
        Assert.Equal(2, report.KeptBatchNormalizations.Count);
    }

    [Fact]
    public void Training_module_is_exported_as_it_evaluates_and_keeps_its_modes()
    {
        using var folder = new ExportFolder();
        using var module = SmallNets.Create(nameof(SmallResNet));
        module.train();
        module.named_modules().First(m => m.name == "stem.bn").module.eval();
        var before = module.named_modules().Select(m => m.module.training).ToList();
        folder.Export(module, [2, 3, 16, 16]);
        Assert.True(module.training);
        Assert.Equal(before, module.named_modules().Select(m => m.module.training));
    }

    [Fact]
    public void Fixed_shapes_are_written_when_no_axis_is_dynamic()
    {
        using var folder = new ExportFolder();
        using var module = SmallNets.Create(nameof(SmallLeNet));
        var report = folder.Export(module, [3, 1, 8, 8], new OnnxExportOptions { DynamicAxes = new Dictionary<int, IReadOnlyDictionary<int, string>>() });
        Assert.Equal(["input: float[3,1,8,8]"], report.Inputs);
        Assert.Equal([0, 0], report.Verification.Select(r => r.Batch));
    }

    [Fact]
    public void An_example_of_zeros_is_refused_where_they_are_integers()
    {
        using var folder = new ExportFolder();
        using var module = Sequential(("embedding", Embedding(5, 3)));
        using var example = zeros(2, 4, int64);
        var error = Assert.Throws<ExportException>(() => folder.Export(module, [example]));
        Assert.Contains("give one with the largest value", error.Message);
        Assert.Empty(folder.Files);
    }

    [Fact]
    public void Normalisations_that_nobody_reads_are_not_reported()
    {
        using var folder = new ExportFolder();
        using var module = new UnusedHead();
        var report = folder.Export(module, [2, 4]);
        Assert.Equal((0, 0), (report.FoldedBatchNormalizations, report.KeptBatchNormalizations.Count));
    }

    private sealed class UnusedHead : Module<Tensor, Tensor>
    {
        private readonly Module<Tensor, Tensor> fc = Linear(4, 3);
        private readonly Module<Tensor, Tensor> auxiliary = Sequential(Linear(4, 2), BatchNorm1d(2));

        public UnusedHead()
            : base("unused") => RegisterComponents();

        public override Tensor forward(Tensor input)
        {
            using var unread = auxiliary.call(input);
            return fc.call(input);
        }
    }

    [Fact]
    public void Progress_is_told_and_a_cancelled_export_leaves_nothing()
    {
        using var folder = new ExportFolder();
        using var module = SmallNets.Create(nameof(SmallLeNet));
        using var example = ExportFolder.Example(2, 1, 8, 8);
        using var cancellation = new CancellationTokenSource();
        var steps = new Steps(step => { if (step == "writing") cancellation.Cancel(); });
        Assert.Throws<OperationCanceledException>(() => OnnxExporter.Export(module, [example], folder.ModelPath, null, steps, cancellation.Token));
        Assert.Equal(["tracing", "converting", "writing", "verifying at batch 1"], steps.Seen.Where(step => !step.StartsWith("tracing at ", StringComparison.Ordinal)));
        Assert.Empty(folder.Files);
    }

    private sealed class Steps(Action<string> onStep) : IProgress<string>
    {
        public List<string> Seen { get; } = [];

        public void Report(string value)
        {
            Seen.Add(value);
            onStep(value);
        }
    }
}
