using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using MLPipeline.Benchmarks.Measuring;
using MLPipeline.Benchmarks.Peers;

namespace MLPipeline.Benchmarks.Commands;

/// <summary>
/// <c>export</c>: how long an export takes, verification included, beside <c>torch.onnx.export</c>, which does not verify. Every export runs
/// in a process of its own, as an export does at a build; starting it, loading libraries and making the network are not counted on either side.
/// </summary>
internal sealed class ExportCommand : Command
{
    private readonly NetworksOption _networks = new("resnet50", "densenet201");
    private readonly Option<int> _runs = new("--runs") { Description = "Exports of each network on each side.", HelpName = "N", DefaultValueFactory = _ => 5 };
    private readonly JsonOption _json = new();

    public ExportCommand()
        : base("export", "How long an export takes, beside torch.onnx.export.")
    {
        Options.Add(_networks);
        Options.Add(_runs);
        Options.Add(_json);
        _runs.AtLeastOne();
        SetAction(Run);
    }

    private int Run(ParseResult parsed)
    {
        var report = new BenchmarkReport(parsed.GetValue(_json));
        foreach (var network in parsed.GetRequiredValue(_networks).Select(BenchmarkNetwork.Of))
        {
            using var place = new Workplace();
            var folder = place.Folder(network.Name);
            var (ours, theirs) = (new List<ExportRun>(), new List<TorchExport>());
            for (var run = 0; run < parsed.GetValue(_runs); run++)
            {
                // Theirs leaves the weights that ours loads.
                theirs.Add(TorchExport.Run(network, folder));
                ours.Add(InProcessOfItsOwn(network, folder));
            }

            Write(report, network, ours, theirs);
        }

        return 0;
    }

    private static void Write(BenchmarkReport report, BenchmarkNetwork network, List<ExportRun> ours, List<TorchExport> theirs)
    {
        report.Begin(theirs[0].Versions);
        var (us, them) = (Samples.Of(ours.Select(o => o.Seconds)), Samples.Of(theirs.Select(t => t.Seconds)));
        double Median(Func<ExportRun, double> part) => Samples.Of(ours.Select(part)).Median;
        report.Line(
            $"{network.Name,-12} n {us.Count}   ours {us.Text("0.00")} s   theirs {them.Text("0.00")} s   theirs / ours {them.Median / us.Median:0.00}   "
            + $"processor time {Median(o => o.ProcessorSeconds):0.00} s, {Samples.Of(theirs.Select(t => t.ProcessorSeconds)).Median:0.00} s   "
            + $"(ours: trace {Median(o => o.Trace):0.00}, convert {Median(o => o.Convert):0.00}, write {Median(o => o.Write):0.00}, verify {Median(o => o.Verify):0.00})",
            new { benchmark = "export", network = network.Name, ours = us, theirs = them, ratio = them.Median / us.Median, runs = new { ours, theirs } });
    }

    private static ExportRun InProcessOfItsOwn(BenchmarkNetwork network, string folder)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, [ExportOnceCommand.Verb, network.Name, folder])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new PeerException($"Our export of {network.Name} ended with {process.ExitCode}: {errors.Result.Trim()}");
        return JsonSerializer.Deserialize<ExportRun>(output.Trim().Split('\n')[^1])!;
    }
}
