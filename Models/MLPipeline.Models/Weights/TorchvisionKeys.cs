using System.Text.RegularExpressions;

namespace MLPipeline.Models.Weights;

/// <summary>Keys of torchvision's older files.</summary>
public static partial class TorchvisionKeys
{
    /// <summary>
    /// The key as torchvision writes it today. Its published DenseNet weights are from before it gave up dots in module names: <c>norm.1</c> is
    /// <c>norm1</c> now, and torchvision renames as it loads. Any other key is its own.
    /// </summary>
    public static string Current(string key) => Dotted().Replace(key, "$1$2");

    [GeneratedRegex(@"^(.*denselayer\d+\.(?:norm|relu|conv))\.([12]\.(?:weight|bias|running_mean|running_var|num_batches_tracked))$")]
    private static partial Regex Dotted();
}
