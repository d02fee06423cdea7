using System.Diagnostics;

namespace MLPipeline.Export.Tests.Fixtures;

/// <summary>The ONNX project's own checker, as Debian packages it (python3-onnx): one process that is asked about one file after another.</summary>
internal static class OnnxChecker
{
    /// <summary>The newest opset that python3-onnx 1.12 knows.</summary>
    public const int HighestOpset = 17;

    private const string Script = """
        import sys, onnx, onnx.shape_inference
        print("ready", flush=True)
        for line in sys.stdin:
            try:
                # By path, which finds weights in a file of their own. With full_check it would write what it inferred into the file.
                onnx.checker.check_model(line.strip())
                onnx.shape_inference.infer_shapes_path(line.strip(), "/dev/null", check_type=True, strict_mode=True)
                print("ok", flush=True)
            except Exception as e:
                print(" ".join(str(e).split()), flush=True)
        """;

    private static readonly Lock Gate = new();
    private static readonly Lazy<Process?> Python = new(Start);

    /// <summary>Whether there is a checker on this machine.</summary>
    public static bool IsAvailable => Python.Value is not null;

    /// <summary>What is wrong with a file; null when nothing is, or when nobody is there to tell.</summary>
    public static string? Problem(string path)
    {
        if (Python.Value is not { } python)
            return null;
        lock (Gate)
        {
            python.StandardInput.WriteLine(path);
            python.StandardInput.Flush();
            var answer = python.StandardOutput.ReadLine();
            return answer == "ok" ? null : answer ?? "the checker has died";
        }
    }

    private static Process? Start()
    {
        const string interpreter = "/usr/bin/python3";
        if (!File.Exists(interpreter))
            return null;
        var start = new ProcessStartInfo(interpreter, ["-c", Script]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => process.StandardInput.Close();
        return process.StandardOutput.ReadLine() == "ready" ? process : null;
    }
}
