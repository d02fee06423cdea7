namespace MLPipeline.Native;

/// <summary>Finds libtorch for TorchSharp.</summary>
public static class TorchNative
{
    /// <summary>Registers the loader. Idempotent and cheap.</summary>
    public static void Register()
    {
    }
}
