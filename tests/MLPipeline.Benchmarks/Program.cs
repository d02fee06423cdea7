using System.CommandLine;
using MLPipeline.Benchmarks.Commands;
using MLPipeline.Benchmarks.Peers;
using MLPipeline.Export;

var root = new RootCommand("MLPipeline's exports beside torch.onnx.export's, in one run on one machine.")
{
    new ExportCommand(),
    new LatencyCommand(),
    new GraphsCommand(),
    new ExportOnceCommand(),
};
try
{
    return await root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (Exception failure) when (failure is PeerException or ExportException)
{
    Console.Error.WriteLine(failure.Message);
    return 1;
}
