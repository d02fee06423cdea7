namespace MLPipeline.Models.DenseNets;

/// <summary>The published densely connected networks, one row each: table 1 of arXiv:1608.06993; 161 is torchvision's.</summary>
internal static class DenseNetVariants
{
    private const string Family = "DenseNet";

    // Three transitions halve the image, after a stem that keeps its size or quarters it.
    private const int Least = 8;
    private const int LeastWithImageNetStem = 29;

    [Model("densenet121", Family, "DenseNet, 121 layers: growth 32, blocks 6, 12, 24, 16",
        HasStemOption = true, SmallestInput = Least, SmallestInputWithImageNetStem = LeastWithImageNetStem)]
    internal static DenseNet DenseNet121(ModelOptions options) => new(options, growth: 32, stemWidth: 64, 6, 12, 24, 16);

    [Model("densenet161", Family, "DenseNet, 161 layers: growth 48, blocks 6, 12, 36, 24",
        HasStemOption = true, SmallestInput = Least, SmallestInputWithImageNetStem = LeastWithImageNetStem)]
    internal static DenseNet DenseNet161(ModelOptions options) => new(options, growth: 48, stemWidth: 96, 6, 12, 36, 24);

    [Model("densenet169", Family, "DenseNet, 169 layers: growth 32, blocks 6, 12, 32, 32",
        HasStemOption = true, SmallestInput = Least, SmallestInputWithImageNetStem = LeastWithImageNetStem)]
    internal static DenseNet DenseNet169(ModelOptions options) => new(options, growth: 32, stemWidth: 64, 6, 12, 32, 32);

    [Model("densenet201", Family, "DenseNet, 201 layers: growth 32, blocks 6, 12, 48, 32",
        HasStemOption = true, SmallestInput = Least, SmallestInputWithImageNetStem = LeastWithImageNetStem)]
    internal static DenseNet DenseNet201(ModelOptions options) => new(options, growth: 32, stemWidth: 64, 6, 12, 48, 32);
}
