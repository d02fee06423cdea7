using System.Diagnostics;

namespace MLPipeline.Export.Tests.Fixtures;

/// <summary>A TorchScript file, which only Python can make.</summary>
internal static class ScriptFile
{
    /// <summary>Writes one; false when there is no PyTorch to do it.</summary>
    public static bool TryWrite(string path)
    {
        const string interpreter = "/usr/bin/python3";
        if (!File.Exists(interpreter))
            return false;
        var script = $"import torch; torch.jit.save(torch.jit.script(torch.nn.Sequential(torch.nn.ReLU())), '{path}')";
        using var python = Process.Start(new ProcessStartInfo(interpreter, ["-c", script]) { RedirectStandardError = true })!;
        python.StandardError.ReadToEnd();
        python.WaitForExit();
        return python.ExitCode == 0;
    }
}
