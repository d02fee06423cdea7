using System.Diagnostics;

namespace MLPipeline.Onnx.Tests.Fixtures;

/// <summary>The ONNX project's own Python package, where there is one: the reference for what a valid file is.</summary>
internal static class PythonOnnx
{
    private const string Python = "/usr/bin/python3";
    private static readonly Lazy<bool> Present = new(() => File.Exists(Python) && Run("import onnx").ExitCode == 0);

    /// <summary>Skips the test where the package is missing.</summary>
    public static void Require() => Assert.SkipUnless(Present.Value, $"{Python} with the package onnx is not on this machine (Debian: apt install python3-onnx).");

    /// <summary>Runs a script with arguments; fails the test with its error output if it fails.</summary>
    public static string Check(string script, params string[] arguments)
    {
        var (exitCode, output, error) = Run(script, arguments);
        Assert.True(exitCode == 0, error);
        return output;
    }

    private static (int ExitCode, string Output, string Error) Run(string script, params string[] arguments)
    {
        var start = new ProcessStartInfo(Python, ["-c", script, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }
}
