using System.CommandLine;
using MLPipeline.Benchmarks.Measuring;
using MLPipeline.Benchmarks.Peers;

namespace MLPipeline.Benchmarks.Commands;

/// <summary>
/// <c>latency</c>: how long ONNX Runtime takes for a batch, with our file and with that of <c>torch.onnx.export</c> of the same weights, in
/// turns, under the same session options.
/// </summary>
internal sealed class LatencyCommand : Command
{
    private readonly NetworksOption _networks = new("lenet-bn", "resnet18", "resnet50", "densenet121");
    private readonly Option<int[]> _batches = new("--batch")
    {
        Description = "Images in a batch.",
        HelpName = "N",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [1, 8],
    };

    private readonly Option<int> _threads = new("--threads") { Description = "Threads inside an operator; 0 is ONNX Runtime's own choice.", HelpName = "N" };
    private readonly Option<int> _rounds = new("--rounds") { Description = "How often both files are opened anew.", HelpName = "N", DefaultValueFactory = _ => 6 };
    private readonly Option<double> _seconds = new("--seconds") { Description = "How long to measure each row.", HelpName = "S", DefaultValueFactory = _ => 30 };
    private readonly JsonOption _json = new();

    public LatencyCommand()
        : base("latency", "How fast ONNX Runtime runs our file, beside that of torch.onnx.export.")
    {
        foreach (var option in new Option[] { _networks, _batches, _threads, _rounds, _seconds, _json })
            Options.Add(option);
        _rounds.AtLeastOne();
        SetAction(Run);
    }

    private int Run(ParseResult parsed)
    {
        var report = new BenchmarkReport(parsed.GetValue(_json));
        foreach (var network in parsed.GetRequiredValue(_networks).Select(BenchmarkNetwork.Of))
        {
            using var place = new Workplace();
            var folder = place.Folder(network.Name);
            report.Begin(TorchExport.Run(network, folder).Versions);
            ExportOnceCommand.Export(network, folder);
            foreach (var batch in parsed.GetRequiredValue(_batches))
                Write(report, network, batch, Measured(network, folder, batch, parsed));
        }

        return 0;
    }

    private SideBySide Measured(BenchmarkNetwork network, string folder, int batch, ParseResult parsed)
    {
        var random = new Random(1);
        long[] shape = [batch, network.Channels, network.Size, network.Size];
        float[] pixels = [.. Enumerable.Range(0, (int)shape.Aggregate(1L, (a, b) => a * b)).Select(_ => random.NextSingle())];
        Session Open(bool ours) => new(Path.Combine(folder, ours ? "ours.onnx" : "theirs.onnx"), parsed.GetValue(_threads), pixels, shape, network.Classes);
        var result = SideBySide.Measure(Open, parsed.GetValue(_rounds), parsed.GetValue(_seconds));
        // A faster file that answers otherwise is no faster file.
        if (!(result.Difference <= 1e-4))
            throw new PeerException($"{network.Name}: the two files differ by {result.Difference:0.0e+0} of the largest output; they do not hold the same network.");
        return result;
    }

    private static void Write(BenchmarkReport report, BenchmarkNetwork network, int batch, SideBySide result) => report.Line(
        $"{network.Name,-12} batch {batch,2}   n {result.Ours.Count,4}   ours {Milliseconds(result.Ours)} ms   theirs {Milliseconds(result.Theirs)} ms   "
        + $"theirs / ours {result.Ratio.Text("0.000")}   outputs apart {result.Difference:0e+0}",
        new { benchmark = "latency", network = network.Name, batch, result.Ours, result.Theirs, result.Ratio, result.Difference });

    private static string Milliseconds(Samples seconds) =>
        (seconds with { Median = seconds.Median * 1000, Lower = seconds.Lower * 1000, Upper = seconds.Upper * 1000 }).Text("0.000");
}
