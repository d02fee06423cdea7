namespace MLPipeline.Native.Diagnosis;

/// <summary>Why a native library did not load.</summary>
/// <param name="Name">Stable name of the failure, e.g. <c>glibc-too-old</c>.</param>
/// <param name="Cause">One sentence: what is wrong.</param>
/// <param name="Remedy">One sentence: what to do.</param>
public sealed record Finding(string Name, string Cause, string Remedy);
