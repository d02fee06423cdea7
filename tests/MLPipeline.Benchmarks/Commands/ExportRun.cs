namespace MLPipeline.Benchmarks.Commands;

/// <summary>One export of ours in a process of its own.</summary>
/// <param name="Seconds">What the export took, verification included.</param>
/// <param name="ProcessorSeconds">The processor time it took, all threads together.</param>
/// <param name="Trace">Of which tracing.</param>
/// <param name="Convert">Of which building the graph and running the passes.</param>
/// <param name="Write">Of which writing.</param>
/// <param name="Verify">Of which verification.</param>
internal sealed record ExportRun(double Seconds, double ProcessorSeconds, double Trace, double Convert, double Write, double Verify);
