using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using MLPipeline.Benchmarks.Peers;
using MLPipeline.Export;

namespace MLPipeline.Benchmarks.Commands;

/// <summary><c>export-once</c>: one export in this process, for <see cref="ExportCommand"/>; prints an <see cref="ExportRun"/>.</summary>
internal sealed class ExportOnceCommand : Command
{
    public const string Verb = "export-once";

    private readonly Argument<string> _network = new("NETWORK");
    private readonly Argument<string> _folder = new("FOLDER");

    public ExportOnceCommand()
        : base(Verb, "One export in a process of its own.")
    {
        Hidden = true;
        Arguments.Add(_network);
        Arguments.Add(_folder);
        SetAction(Run);
    }

    /// <summary>Exports a network with the weights that lie in a folder to a file there.</summary>
    public static ExportReport Export(BenchmarkNetwork network, string folder)
    {
        using var module = network.Load(folder);
        using var example = network.Example();
        return OnnxExporter.Export(module, [example], Path.Combine(folder, "ours.onnx"));
    }

    private int Run(ParseResult parsed)
    {
        var network = BenchmarkNetwork.Of(parsed.GetRequiredValue(_network));
        using var module = network.Load(parsed.GetRequiredValue(_folder));
        using var example = network.Example();
        var (started, busy) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        var spent = OnnxExporter.Export(module, [example], Path.Combine(parsed.GetRequiredValue(_folder), "ours.onnx")).Seconds;
        var (seconds, processor) = (Stopwatch.GetElapsedTime(started).TotalSeconds, (Environment.CpuUsage.TotalTime - busy).TotalSeconds);
        Console.WriteLine(JsonSerializer.Serialize(new ExportRun(seconds, processor, spent.Trace, spent.Convert, spent.Write, spent.Verify)));
        return 0;
    }
}
