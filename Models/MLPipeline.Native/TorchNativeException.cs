namespace MLPipeline.Native;

/// <summary>TorchSharp's native library is there and cannot be loaded. The message names the file, the cause and what to do.</summary>
public sealed class TorchNativeException : DllNotFoundException
{
    internal TorchNativeException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
