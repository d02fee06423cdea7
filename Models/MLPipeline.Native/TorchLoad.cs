namespace MLPipeline.Native;

/// <summary>How TorchSharp's native library was loaded after the runtime had been refused.</summary>
/// <param name="Handle">The library's handle.</param>
/// <param name="Stock">The file the application carries.</param>
/// <param name="Loaded">The file that was loaded: <paramref name="Stock"/> itself, or a patched copy.</param>
/// <param name="Weakened">Symbol versions this host lacks, made weak in the copy; empty when the stock file was loaded.</param>
public sealed record TorchLoad(nint Handle, string Stock, string Loaded, IReadOnlyList<string> Weakened);
