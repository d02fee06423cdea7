using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace MLPipeline.Cli.Tests.Fixtures;

/// <summary>The built executable, as a process of its own.</summary>
internal static class BuiltProcess
{
    private const int Interrupt = 2;
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(4);

    private static string Dll => Path.Combine(AppContext.BaseDirectory, "mlpipeline.dll");

    /// <summary>Runs it to its end.</summary>
    public static Task<Shell.Outcome> RunAsync(params string[] args) => RunAsync(Start("dotnet", [Dll, .. args]));

    /// <summary>Runs it until a line of its progress holds <paramref name="sign"/>, sends SIGINT, and waits for its end.</summary>
    public static async Task<Shell.Outcome> InterruptAsync(string sign, params string[] args)
    {
        var sent = false;
        return await RunAsync(Start("dotnet", [Dll, .. args]), (process, line) =>
        {
            if (sent || !line.Contains(sign, StringComparison.Ordinal))
                return;
            sent = true;
            Assert.Equal(0, Kill(process.Id, Interrupt));
        });
    }

    // The program of that name is not on every machine.
    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int Kill(int process, int signal);

    private static ProcessStartInfo Start(string file, IEnumerable<string> args)
    {
        var start = new ProcessStartInfo(file) { RedirectStandardOutput = true, RedirectStandardError = true };
        // libtorch's threads spin while they wait for each other: on a busy machine two take many times longer than one.
        start.Environment["OMP_NUM_THREADS"] = "1";
        foreach (var arg in args)
            start.ArgumentList.Add(arg);
        return start;
    }

    private static async Task<Shell.Outcome> RunAsync(ProcessStartInfo start, Action<Process, string>? onError = null)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Longest);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var error = new StringBuilder();
        try
        {
            while (await process.StandardError.ReadLineAsync(limit.Token) is { } line)
            {
                error.Append(line).Append('\n');
                onError?.Invoke(process, line);
            }
            await process.WaitForExitAsync(limit.Token);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
        return new Shell.Outcome(process.ExitCode, await output, error.ToString());
    }
}
