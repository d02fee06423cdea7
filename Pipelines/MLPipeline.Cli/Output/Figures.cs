namespace MLPipeline.Cli.Output;

/// <summary>Numbers as people read them.</summary>
internal static class Figures
{
    /// <summary>For example <c>44,426</c>.</summary>
    public static string Count(long value) => value.ToString("N0");

    /// <summary>For example <c>89.73 %</c>.</summary>
    public static string Percent(double share) => $"{share * 100:0.00} %";

    /// <summary>For example <c>178 kB</c>; thousands, not 1,024s.</summary>
    public static string Bytes(long bytes) => bytes switch
    {
        < 1_000 => $"{bytes} B",
        < 1_000_000 => $"{bytes / 1e3:0.#} kB",
        < 1_000_000_000 => $"{bytes / 1e6:0.#} MB",
        _ => $"{bytes / 1e9:0.##} GB",
    };

    /// <summary>For example <c>41.3 s</c> or <c>2 min 5 s</c>.</summary>
    public static string Duration(double seconds) => seconds switch
    {
        < 100 => $"{seconds:0.0} s",
        < 3600 => $"{(int)seconds / 60} min {(int)seconds % 60} s",
        _ => $"{(int)seconds / 3600} h {(int)seconds % 3600 / 60} min",
    };

    /// <summary>For example <c>1.9e-06</c>; 0 stays 0.</summary>
    public static string Difference(double value) => value == 0 ? "0" : value.ToString("0.0e-00");

    /// <summary>One for one, else the plural: <c>1 image</c>, <c>2 images</c>.</summary>
    public static string Many(long count, string noun) => count == 1 ? $"1 {noun}" : $"{count:N0} {noun}s";
}
