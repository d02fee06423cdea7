using System.Text;
using MLPipeline.Cli;

Console.OutputEncoding = Encoding.UTF8;
// Not disposed: a signal may come until the process is gone.
var interrupt = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    // The first asks the command to save and stop; the second, if it comes, ends the process at once.
    pressed.Cancel = !interrupt.IsCancellationRequested;
    interrupt.Cancel();
};
// Standard output is for results: what a user's module prints is progress.
var results = Console.Out;
Console.SetOut(Console.Error);
return await CommandLine.RunAsync(args, results, Console.Error, interrupt.Token);
