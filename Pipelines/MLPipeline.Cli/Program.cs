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
return await CommandLine.RunAsync(args, Console.Out, Console.Error, interrupt.Token);
